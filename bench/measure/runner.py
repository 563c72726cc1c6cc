"""The loop of a run: round after round, run each trial and hand its samples to the recorder."""

import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bench.machine import host
from bench.measure.ceiling import measure_ceilings
from bench.measure.completed import NOTHING_COMPLETED, Completed, PendingTrial, pending_trials
from bench.measure.plan import Plan, counts_in_play
from bench.measure.run_warnings import RunWarnings
from bench.measure.sample_rows import TrialRows
from bench.measure.timeouts import Timeouts
from bench.measure.trial.launcher import TrialSettings, follow
from bench.measure.trial.memory import memory_measure
from bench.measure.trial.outcome import Outcome
from bench.measure.trial_request import timed_request
from bench.schema import Case, Ceiling, RunWarning, Sample, Status

NextRound = Callable[[int, float], Sequence[Case]]
"""The cases of the next round, given the complete rounds and the seconds they took; none ends the run."""

RunTrial = Callable[[TrialSettings], Generator[Outcome, None, None]]
MeasureCeilings = Callable[[str, str, list[int], int], list[Ceiling]]


@dataclass(frozen=True)
class Instruments:
    """What a run measures with: how a trial is run, how ceilings are measured, and the clock of the time budget."""

    run_trial: RunTrial = follow
    measure_ceilings: MeasureCeilings = measure_ceilings
    clock: Callable[[], float] = time.monotonic


class SampleRecorder(Protocol):
    """Where samples and facts of the run go; they are on disk when a call returns."""

    @property
    def run_name(self) -> str: ...
    def append(self, samples: list[Sample]) -> None: ...
    def note_ceilings(self, ceilings: list[Ceiling]) -> None: ...
    def note(self, facts: Mapping[str, Any]) -> None: ...


class TrialProgress(Protocol):
    """Is notified of every trial, and before each round of all warnings by then."""

    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...
    def warns(self, warnings: Sequence[RunWarning]) -> None: ...


@dataclass(frozen=True)
class RunResult:
    """How far a run came: its complete rounds, and the number of its trials that were not ok."""

    rounds: int
    not_ok: int


@dataclass
class Runner:
    """Measures the rounds of a plan.

    Passes that are `completed` already are not measured again, and the time they took counts as spent. `scratch` is
    the run's folder for temporary files.
    """

    plan: Plan
    recorder: SampleRecorder
    progress: TrialProgress
    next_round: NextRound
    completed: Completed = NOTHING_COMPLETED
    scratch: Path | None = None
    instruments: Instruments = field(default_factory=Instruments)

    _warnings: RunWarnings = field(init=False)
    _timeouts: Timeouts = field(init=False)
    _started: float = field(init=False)
    _not_ok: int = field(init=False)

    def run(self) -> RunResult:
        """Measure round after round, until there is no next one.

        The first round is always complete. A later one ends early if the time budget is spent; what it has measured is
        kept. However a run ends, its warnings are recorded. Raises RecordError, NoTemporaryFolder.
        """
        self._warnings = RunWarnings(host.changeable())
        self._timeouts = Timeouts(self.plan.effort.timeout_s)
        self._started = self.instruments.clock() - self.completed.spent_s
        self._not_ok = len(self.completed.failed)
        self.recorder.note({"memory_measure": memory_measure()})
        try:
            return RunResult(self._complete_rounds(), self._not_ok)
        finally:
            self._record_warnings()

    def _complete_rounds(self) -> int:
        for number in range(self.plan.effort.rounds):
            self._record_warnings()
            self.progress.warns(self._warnings.all())
            cases = self._cases_of(number)
            if not cases or not self._complete_round(number, cases):
                return number
        return self.plan.effort.rounds

    def _cases_of(self, number: int) -> Sequence[Case]:
        """A round of which rows are on disk had enough time: it is asked for with 0 seconds."""
        if number == 0:
            return self.plan.cases
        return self.next_round(number, 0.0 if self.completed.has_round(number) else self._spent_s)

    def _complete_round(self, number: int, cases: Sequence[Case]) -> bool:
        trials = pending_trials(self.plan, self.completed, number, cases)
        if counts := counts_in_play(trial.case for trial in trials):
            first = self.plan.cases[0]  # the same in every round, whichever cases are left
            self.recorder.note_ceilings(
                self.instruments.measure_ceilings(first.executable, first.python, counts, number)
            )
        for trial in trials:
            if number and self._spent_s > (self.plan.effort.budget_s or math.inf):
                return False
            self.progress.trial_starts(number, trial.position, trial.case)
            samples = self._measure(trial)
            self._warnings.add_samples(samples)
            self.progress.trial_ended(trial.case, samples)
            self._not_ok += any(sample.status is not Status.OK for sample in samples)
        return True

    def _measure(self, trial: PendingTrial) -> list[Sample]:
        """Run one trial, and record each of its rows as soon as it is known; returns all of them."""
        case, effort = trial.case, self.plan.effort
        request = timed_request(case, effort, effort.values - trial.first_value)
        limit = self._timeouts.limit(case)
        rows = TrialRows(self.recorder.run_name, trial, request.values)
        began = self.instruments.clock()
        settings = TrialSettings(case.executable, request, case.environment, limit, self.scratch)
        with closing(self.instruments.run_trial(settings)) as outcomes:
            try:
                for outcome in outcomes:
                    self._record(rows.new_rows(outcome))
            except KeyboardInterrupt:
                self._record(rows.remaining_rows())
                raise
        self._warnings.add_gil_cause(case, rows.outcome.ready.gil_cause if rows.outcome.ready else None)
        if request.values == effort.values and all(row.status is Status.OK for row in rows.rows):
            self._timeouts.learn(case, self.instruments.clock() - began)
        return rows.rows

    def _record(self, rows: list[Sample]) -> None:
        if rows:
            self.recorder.append(rows)

    def _record_warnings(self) -> None:
        self._warnings.add_snapshot(host.changeable())
        self.recorder.note({"warnings": [asdict(warning) for warning in self._warnings.all()]})

    @property
    def _spent_s(self) -> float:
        return self.instruments.clock() - self._started
