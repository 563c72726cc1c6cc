"""The loop: round after round, have each trial run and hand its samples to the recorder."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.backends._registry import backends, module_of
from bench.machine import host
from bench.measure.ceiling import measure_ceilings
from bench.measure.completed import Kept, Missing, missing
from bench.measure.plan import Plan, counts_in_play
from bench.measure.run_warnings import RunWarnings
from bench.measure.sample_rows import TrialRows
from bench.measure.timeouts import Timeouts
from bench.measure.trial.launcher import follow
from bench.measure.trial.memory import memory_measure
from bench.measure.trial.protocol import Request
from bench.schema import Case, Ceiling, RunWarning, Sample, Status

NextRound = Callable[[int, float], Sequence[Case]]
NOTHING_YET = Kept()


class Recorder(Protocol):
    """Where results go, and facts of the run by name; they are kept for good when a call returns."""

    def append(self, samples: list[Sample]) -> None: ...
    def note_ceilings(self, ceilings: list[Ceiling]) -> None: ...
    def note(self, facts: Mapping[str, Any]) -> None: ...


class Progress(Protocol):
    """Who is told how far the run is, and before each round all that there is to be wary of by then."""

    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...
    def warns(self, cautions: Sequence[RunWarning]) -> None: ...


@dataclass(frozen=True)
class Done:
    """How far a run came: its whole rounds, and how many of its trials were not ok."""

    rounds: int
    not_ok: int


def run(
    plan: Plan,
    name: str,
    recorder: Recorder,
    progress: Progress,
    next_round: NextRound,
    kept: Kept = NOTHING_YET,
    scratch: Path | None = None,
) -> Done:
    """Measure round after round; `next_round(done, seconds)` gives the cases of each but the first, none at the end.

    The first round is always whole. A later one is broken off where the budget ends; what it measured is kept. What is
    `kept` from before is not measured again, and the time that it took is spent; a round that it has a part of is
    asked for with 0 seconds, since there was time for it. However a run ends, what to be wary of in it is noted.
    `scratch` is where trials have their temporary files. Raises RecordError, NoTemporaryFolder.
    """
    cautions = RunWarnings(host.changeable())
    recorder.note({"memory_measure": memory_measure()})
    try:
        return _make_rounds(plan, name, recorder, progress, next_round, kept, cautions, scratch)
    finally:
        _note_cautions(recorder, cautions)


def _note_cautions(recorder: Recorder, cautions: RunWarnings) -> None:
    cautions.look(host.changeable())
    recorder.note({"warnings": [asdict(caution) for caution in cautions.all()]})


def _make_rounds(
    plan: Plan,
    name: str,
    recorder: Recorder,
    progress: Progress,
    next_round: NextRound,
    kept: Kept,
    cautions: RunWarnings,
    scratch: Path | None,
) -> Done:
    started = time.monotonic() - kept.spent_s
    budget_s = plan.effort.budget_s or math.inf
    timeouts = Timeouts(plan.effort.timeout_s)
    not_ok = len(kept.failed)
    for done in range(plan.effort.rounds):
        _note_cautions(recorder, cautions)
        progress.warns(cautions.all())
        seconds = 0.0 if kept.begun(done) else time.monotonic() - started
        cases = next_round(done, seconds) if done else plan.cases
        if not cases:
            return Done(done, not_ok)
        trials = missing(plan, kept, done, cases)
        if counts := counts_in_play(trial.case for trial in trials):
            first = plan.cases[0]  # the same in every round, whichever cases are left
            recorder.note_ceilings(measure_ceilings(first.executable, first.python, counts, done))
        for trial in trials:
            if done and time.monotonic() - started > budget_s:
                return Done(done, not_ok)
            progress.trial_starts(done, trial.position, trial.case)
            samples = _measure(plan, name, trial, timeouts, recorder, cautions, scratch)
            cautions.see(samples)
            progress.trial_ended(trial.case, samples)
            not_ok += any(sample.status is not Status.OK for sample in samples)
    return Done(plan.effort.rounds, not_ok)


def _measure(
    plan: Plan,
    run_name: str,
    trial: Missing,
    timeouts: Timeouts,
    recorder: Recorder,
    cautions: RunWarnings,
    scratch: Path | None,
) -> list[Sample]:
    """Have one trial run, and each of its rows kept as soon as it is known; gives them all."""
    case, request = trial.case, _request(plan, trial)
    rows = TrialRows(run_name, trial, request.values)
    limit = timeouts.limit(case)
    began = time.monotonic()
    with closing(follow(case.executable, request, case.environment, limit.seconds, limit.why, scratch)) as outcomes:
        try:
            for outcome in outcomes:
                _keep(rows.fresh(outcome), recorder)
        except KeyboardInterrupt:
            _keep(rows.left(), recorder)
            raise
    cautions.hear_gil_cause(case, rows.outcome.ready.gil_cause if rows.outcome.ready else None)
    if request.values == plan.effort.values and all(row.status is Status.OK for row in rows.given):
        timeouts.note(case, time.monotonic() - began)
    return rows.given


def _keep(rows: list[Sample], recorder: Recorder) -> None:
    if rows:
        recorder.append(rows)


def _request(plan: Plan, trial: Missing) -> Request:
    case = trial.case
    return Request(
        path=case.path,
        workload=case.workload,
        params=case.params,
        backend=module_of(backends()[case.backend]),
        options=case.options,
        workers=case.workers,
        warmups=plan.effort.warmups,
        values=plan.effort.values - trial.first_value,
    )
