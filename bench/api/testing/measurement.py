"""The fixture: measures a function in a test, in turn with other measurements on this machine."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.estimate import Estimate
from bench.api.measuring import measure
from bench.api.result import Result
from bench.api.targets import Items, Target
from bench.api.testing.claims import ClaimOutcome, MeasuredSpeedup, Unsure
from bench.api.testing.evidence import evidence_lines
from bench.collect.parameters import choice
from bench.errors import BenchError, UsageError
from bench.measure.record import machine_lock
from bench.output.wording import formatting
from bench.schema import BASELINE, Status

WAIT_S = 900.0  # for other measurements on this machine
SHORTEST_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class FixtureSettings:
    """What the command line says: seconds for each measurement, and the folder for its runs, if they are kept."""

    max_time_s: float
    save: Path | None
    test: str


class ConcurrencyResult:
    """What a test gets: the `speedup` of one case over the baseline, and the whole `result` behind it."""

    def __init__(self, measure_once: Callable[[int | None], Result], unsure: Unsure, record: dict[str, Any]) -> None:
        self.unsure = unsure
        self._measure_once = measure_once
        self._record = record
        self._take(measure_once(None))

    @property
    def speedup(self) -> MeasuredSpeedup:
        """The baseline's time over the case's, with its interval."""
        return MeasuredSpeedup(self)

    @property
    def estimate(self) -> Estimate:
        """The same as plain numbers."""
        return self.case.speedup

    @property
    def rounds(self) -> int:
        """The number of rounds measured."""
        return self.result.run.rounds

    @property
    def lines(self) -> list[str]:
        """What was measured, and what the machine was doing."""
        return evidence_lines(self.result, self.case)

    def measure_again(self) -> bool:
        """Measure anew, with twice the rounds; only once, so that chance gets no more than a second look."""
        if self._record["retried"]:
            return False
        self._record["retried"] = True
        self._take(self._measure_once(2 * self.rounds))
        return True

    def note_claim(self, claim: str, outcome: ClaimOutcome) -> None:
        """Keep a claim for the table at the end of the session."""
        line = f"{claim.removeprefix('speedup ')} {outcome}"
        if line not in self._record["claims"]:
            self._record["claims"].append(line)

    def _take(self, result: Result) -> None:
        if not result.complete:
            raise KeyboardInterrupt
        for case in result:
            if case.status == Status.SKIPPED:
                pytest.skip(formatting.clean(case.reason or ""))
            if not case.ok:
                pytest.fail(f"{case}: {case.status}: {formatting.clean(case.reason or '')}", pytrace=False)
        rivals = [case for case in result if not case.summary.is_baseline]
        if len(rivals) != 1:
            raise UsageError(f"concurrency() measures one workload in one interpreter, not {len(rivals)} cases")
        self.result, self.case = result, rivals[0]
        self._record |= {
            "case": f"{self.case.workload} by {self.case}",
            "speedup": formatting.estimated_times(self.estimate),
            "rounds": self.rounds,
            "disturbed": sum(case.summary.contaminated for case in result),
            "trials": sum(case.trials for case in result),
        }

    def __repr__(self) -> str:
        return repr(self.case)


class Concurrency:
    """Measures a function with one backend and number of workers, paired with the baseline."""

    def __init__(self, settings: FixtureSettings, properties: list[tuple[str, object]]) -> None:
        self._settings = settings
        self._properties = properties

    def __call__(
        self,
        target: Target,
        items: Items | None = None,
        *,
        backend: str = "threading",
        workers: int = 8,
        max_time: float | None = None,
        unsure: str = Unsure.FAIL,
        **options: Any,
    ) -> ConcurrencyResult:
        """Measure it; `options` are those of `bench.measure`.

        `unsure` says what becomes of a claim that cannot be told from the interval: "fail", "allow", or "retry", which
        measures once more with twice the rounds. A function that fails fails the test.
        """
        if backend.partition(":")[0] == BASELINE:
            raise UsageError(f"backend={backend!r} is what every other backend is compared with: name another one")
        seconds = self._settings.max_time_s if max_time is None else max_time
        options = {"timeout": max(seconds, SHORTEST_TIMEOUT_S), **options, "backends": backend, "workers": workers}

        def measure_once(rounds: int | None) -> Result:
            more = (
                {"max_time": seconds}
                if rounds is None
                else {"max_time": 2 * seconds, "rounds": rounds, "precision": None}
            )
            return self._in_turn(target, items, {**options, **more})

        record: dict[str, Any] = {"claims": [], "retried": False}
        measured = ConcurrencyResult(measure_once, choice("unsure", Unsure, unsure), record)
        self._properties.append(("concurrency", record))
        return measured

    def _in_turn(self, target: Target, items: Items | None, options: dict[str, Any]) -> Result:
        try:
            with machine_lock.taking_turns(machine_lock.lock_path(), WAIT_S):
                return measure(target, items, output=self._folder(), progress=False, **options)
        except BenchError as error:
            pytest.fail(f"concurrency: {error}", pytrace=False)

    def _folder(self) -> Path | None:
        """A new folder for the run of this test, if runs are saved."""
        if self._settings.save is None:
            return None
        name = re.sub(r"[^\w.-]+", "-", self._settings.test).strip("-")
        folders = (self._settings.save / (name if number == 1 else f"{name}-{number}") for number in range(1, 10_000))
        return next(folder for folder in folders if not folder.exists())
