"""Try claims, and measure the thresholds of the decision flowchart: one command from its start to its results."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bench.analysis.crossing import Threshold
from bench.analysis.evidence import ClaimResult
from bench.analysis.saved_claims import SavedClaims
from bench.claims._claim import Claim
from bench.claims._thresholds import measure_thresholds
from bench.claims._trying import try_claim
from bench.claims._workbench import Workbench
from bench.machine import host
from bench.process.scratch import guarded
from bench.schema import Interpreter


class SessionProgress(Protocol):
    """Is notified when something is tried, of each step within, and of each result."""

    def begins(self, name: str) -> None: ...
    def step(self, text: str) -> None: ...
    def ended(self, result: ClaimResult) -> None: ...


@dataclass
class ClaimsSession:
    """The claims that one command tries. `results` and `thresholds` grow, so that an interruption loses only the last.

    The thresholds are measured first, since they were asked for; then the claims, those that take longest last, so that
    as many as possible are tried if the time runs out. Both have all of `max_time_s`.
    """

    claims: Sequence[Claim]
    interpreters: Sequence[Interpreter]
    folder: Path
    max_time_s: float
    with_thresholds: bool = False
    results: list[ClaimResult] = field(default_factory=list)
    thresholds: list[Threshold] = field(default_factory=list)
    started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def run(self, progress: SessionProgress) -> None:
        """Try them one after another. Raises RecordError, NoTemporaryFolder."""
        with guarded() as scratch:
            workbench = Workbench(
                self.interpreters,
                host.usable_cores(),
                self.folder,
                scratch,
                progress.step,
                time.monotonic() + self.max_time_s,
            )
            if self.with_thresholds:
                progress.begins("flowchart")
                self.thresholds += measure_thresholds(workbench)
                workbench.deadline = time.monotonic() + self.max_time_s
            for claim in sorted(self.claims, key=lambda claim: claim.seconds):
                progress.begins(claim.id)
                result = try_claim(claim, workbench)
                self.results.append(result)
                progress.ended(result)

    def saved(self) -> SavedClaims:
        """What is known by now, with the machine that it was found on."""
        return SavedClaims(
            self.started_at,
            [interpreter.version for interpreter in self.interpreters],
            host.describe(),
            self.ordered_results(),
            self.thresholds,
        )

    def ordered_results(self) -> list[ClaimResult]:
        """What was tried by now, in the order of the claims."""
        order = [claim.id for claim in self.claims]
        return sorted(self.results, key=lambda result: order.index(result.id))
