"""The loop: round after round, have each trial run and hand its samples to the recorder."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from bench import machine
from bench.cautions.caution import Caution
from bench.cautions.cautions import Cautions
from bench.ceiling import counts_in_play, measure_ceilings
from bench.discovery import backends, module_of
from bench.plan import Plan
from bench.samples import Case, Ceiling, Sample, Status, canonical_json
from bench.trial.launcher import launch
from bench.trial.memory import memory_measure
from bench.trial.messages import Request

NextRound = Callable[[int, float], Sequence[Case]]


class Recorder(Protocol):
    """Where results go, and facts of the run by name; they are kept for good when a call returns."""

    def append(self, samples: list[Sample]) -> None: ...
    def note_ceilings(self, ceilings: list[Ceiling]) -> None: ...
    def note(self, facts: Mapping[str, Any]) -> None: ...


class Progress(Protocol):
    """Who is told how far the run is, and before each round all that there is to be wary of by then."""

    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...
    def warns(self, cautions: Sequence[Caution]) -> None: ...


@dataclass(frozen=True)
class Done:
    """How far a run came: its whole rounds, and how many of its trials were not ok."""

    rounds: int
    not_ok: int


def run(plan: Plan, name: str, recorder: Recorder, progress: Progress, next_round: NextRound) -> Done:
    """Measure round after round; `next_round(done, seconds)` gives the cases of each but the first, none at the end.

    The first round is always whole. A later one is broken off where the budget ends; what it measured is kept.
    However a run ends, what to be wary of in it is noted.
    """
    cautions = Cautions(machine.changeable())
    recorder.note({"memory_measure": memory_measure()})
    try:
        return _make_rounds(plan, name, recorder, progress, next_round, cautions)
    finally:
        _note_cautions(recorder, cautions)


def _note_cautions(recorder: Recorder, cautions: Cautions) -> None:
    cautions.look(machine.changeable())
    recorder.note({"warnings": [asdict(caution) for caution in cautions.all()]})


def _make_rounds(
    plan: Plan, name: str, recorder: Recorder, progress: Progress, next_round: NextRound, cautions: Cautions
) -> Done:
    started = time.monotonic()
    budget_s = plan.effort.budget_s or math.inf
    not_ok = 0
    for done in range(plan.effort.rounds):
        _note_cautions(recorder, cautions)
        progress.warns(cautions.all())
        cases = next_round(done, time.monotonic() - started) if done else plan.cases
        if not cases:
            return Done(done, not_ok)
        if counts := counts_in_play(cases):
            first = plan.cases[0]  # the same in every round, whichever cases are left
            recorder.note_ceilings(measure_ceilings(first.executable, first.python, counts, done))
        for position, case in enumerate(plan.order(done, cases)):
            if done and time.monotonic() - started > budget_s:
                return Done(done, not_ok)
            progress.trial_starts(done, position, case)
            samples = list(_samples(plan, name, done, position, case, cautions))
            recorder.append(samples)
            cautions.see(samples)
            progress.trial_ended(case, samples)
            not_ok += any(sample.status is not Status.OK for sample in samples)
    return Done(plan.effort.rounds, not_ok)


def _samples(
    plan: Plan, run_name: str, round_number: int, position: int, case: Case, cautions: Cautions
) -> Iterator[Sample]:
    """A row for each pass that was measured, and one for what went wrong."""
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    outcome = launch(case.executable, _request(plan, case), case.environment, plan.effort.timeout_s)
    cautions.hear_gil_cause(case, outcome.ready.gil_cause if outcome.ready else None)
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
