"""The loop: round after round, have each trial run and hand its samples to the recorder."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from bench.ceiling import counts_in_play, measure_ceilings
from bench.discovery import backends, module_of
from bench.plan import Plan
from bench.samples import Case, Ceiling, Sample, Status, canonical_json
from bench.trial.launcher import launch
from bench.trial.messages import Request

NextRound = Callable[[int, float], Sequence[Case]]


class Recorder(Protocol):
    """Where results go; they are kept for good when a call returns."""

    def append(self, samples: list[Sample]) -> None: ...
    def note_ceilings(self, ceilings: list[Ceiling]) -> None: ...


class Progress(Protocol):
    """Who is told how far the run is."""

    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...


@dataclass(frozen=True)
class Done:
    """How far a run came: its whole rounds, and how many of its trials were not ok."""

    rounds: int
    not_ok: int


def run(
    plan: Plan, name: str, recorder: Recorder, progress: Progress, next_round: NextRound, scratch: Path | None = None
) -> Done:
    """Measure round after round; `next_round(done, seconds)` gives the cases of each but the first, none at the end.

    The first round is always whole. A later one is broken off where the budget ends; what it measured is kept.
    `scratch` is where trials have their temporary files.
    """
    started = time.monotonic()
    budget_s = plan.effort.budget_s or math.inf
    not_ok = 0
    for done in range(plan.effort.rounds):
        cases = next_round(done, time.monotonic() - started) if done else plan.cases
        if not cases:
            return Done(done, not_ok)
        if counts := counts_in_play(cases):
            recorder.note_ceilings(measure_ceilings(cases[0].executable, counts, done))
        for position, case in enumerate(plan.order(done, cases)):
            if done and time.monotonic() - started > budget_s:
                return Done(done, not_ok)
            progress.trial_starts(done, position, case)
            samples = list(_samples(plan, name, done, position, case, scratch))
            recorder.append(samples)
            progress.trial_ended(case, samples)
            not_ok += any(sample.status is not Status.OK for sample in samples)
    return Done(plan.effort.rounds, not_ok)


def _samples(
    plan: Plan, run_name: str, round_number: int, position: int, case: Case, scratch: Path | None
) -> Iterator[Sample]:
    """A row for each pass that was measured, and one for what went wrong."""
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    outcome = launch(case.executable, _request(plan, case), case.environment, plan.effort.timeout_s, scratch)
    common: dict[str, Any] = {
        "run": run_name,
        "workload": case.workload,
        "params": canonical_json(case.params),
        "bound": case.bound,
        "backend": case.backend,
        "options": canonical_json(case.options),
        "start_method": case.options.get("start_method"),
        "async_style": case.async_style,
        "workers": case.workers,
        "python": case.python,
        "gil": outcome.ready.gil if outcome.ready else None,
        "round": round_number,
        "position": position,
    }
    pool_s: dict[str, Any] = {
        "startup_s": outcome.ready.startup_s if outcome.ready else None,
        "shutdown_s": outcome.stopped.shutdown_s if outcome.stopped else None,
    }
    for measured in outcome.measured:
        yield Sample(status=Status.OK, **common, **pool_s, **asdict(measured))
    if outcome.failed:
        yield Sample(started_at=started_at, value=len(outcome.measured), **common, **pool_s, **asdict(outcome.failed))


def _request(plan: Plan, case: Case) -> Request:
    return Request(
        path=case.path,
        workload=case.workload,
        params=case.params,
        backend=module_of(backends()[case.backend]),
        options=case.options,
        workers=case.workers,
        warmups=plan.effort.warmups,
        values=plan.effort.values,
    )
