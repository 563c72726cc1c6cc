"""The loop of a run: round after round, the groups of each workload, and the ceilings between them."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from bench.machine import host
from bench.measure.ceiling import CeilingMeter
from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.cycles import Cycles
from bench.measure.group import Group, GroupProgress, GroupRunner, SampleRecorder
from bench.measure.plan import Plan, fitting
from bench.measure.reference import SQUARE_ROOTS, TimeReference, reference_process
from bench.measure.run_warnings import RunWarnings
from bench.measure.timeouts import Timeouts
from bench.measure.trial.live_trials import LiveTrials
from bench.measure.trial.memory import memory_measure
from bench.schema import BASELINE, MIN_ROUNDS, Case, RunWarning, Status

NextRound = Callable[[int, Mapping[str, float]], Sequence[Case]]
"""The cases of the next round, given the complete rounds and the seconds that each workload took; none ends the run."""


@dataclass(frozen=True)
class Instruments:
    """What a run measures with: live trials, the reference pass, ceilings, and the clock of the time budget.

    All but the clock are made anew for each run.
    """

    live_trials: Callable[[], LiveTrials] = LiveTrials
    reference: Callable[[str], AbstractContextManager[TimeReference]] = reference_process
    ceilings: Callable[[], CeilingMeter] = CeilingMeter
    clock: Callable[[], float] = time.monotonic


class TrialProgress(GroupProgress, Protocol):
    """Is notified of every trial and cycle, and before each round of all warnings by then."""

    def warns(self, warnings: Sequence[RunWarning]) -> None: ...


@dataclass(frozen=True)
class RunResult:
    """How far a run came: its complete rounds, and the number of its trials that were not ok."""

    rounds: int
    not_ok: int


@dataclass
class Runner:
    """Measures the rounds of a plan.

    Trials that are `completed` already are not measured again, and the time they took counts as spent. `scratch` is
    the run's folder for temporary files. `first_round` has its cases, by default all of the plan. `make_cycles` makes
    what decides the number of cycles.
    """

    plan: Plan
    recorder: SampleRecorder
    progress: TrialProgress
    next_round: NextRound
    completed: Completed = NOTHING_COMPLETED
    scratch: Path | None = None
    instruments: Instruments = field(default_factory=Instruments)
    first_round: Sequence[Case] = ()
    make_cycles: Callable[[int | None, Mapping[str, int], float, Mapping[str, float]], Cycles] = Cycles

    _warnings: RunWarnings = field(init=False)
    _ceilings: CeilingMeter = field(init=False)
    _cycles: Cycles = field(init=False)
    _started: float = field(init=False)
    _not_ok: int = field(init=False)
    _left_out: set[Case] = field(init=False, default_factory=set)

    def run(self) -> RunResult:
        """Measure round after round, until there is no next one.

        The first round is always complete. A later one ends early if the time budget is spent; what it has measured is
        kept. However a run ends, its warnings are recorded. Raises RecordError, NoTemporaryFolder.
        """
        clock, first = self.instruments.clock, self.plan.cases[0]
        self._warnings = RunWarnings(host.changeable())
        self._ceilings = self.instruments.ceilings()
        effort = self.plan.effort
        budget_s = effort.budget_per_workload_s(len(self.plan.workloads))
        self._cycles = self.make_cycles(effort.cycles, self.completed.cycles, budget_s, self.completed.spent_s)
        self._started = clock() - sum(self.completed.spent_s.values())
        self._not_ok = len(self.completed.failed)
        reference = {"python": first.python, "square_roots": SQUARE_ROOTS}
        self.recorder.note({"memory_measure": memory_measure(), "reference": reference})
        try:
            with self.instruments.reference(first.executable) as time_reference:
                groups = GroupRunner(
                    recorder=self.recorder,
                    progress=self.progress,
                    live_trials=self.instruments.live_trials,
                    time_reference=time_reference,
                    clock=clock,
                    effort=self.plan.effort,
                    cycles=self._cycles,
                    timeouts=Timeouts(self.plan.effort.timeout_s),
                    warnings=self._warnings,
                    late=self._is_late,
                    fitting=self._fitting,
                    scratch=self.scratch,
                )
                return RunResult(self._complete_rounds(groups), self._not_ok)
        finally:
            self._record_warnings()

    def _complete_rounds(self, groups: GroupRunner) -> int:
        for number in range(self.plan.effort.rounds):
            self._record_warnings()
            self.progress.warns(self._warnings.all())
            cases = self._cases_of(number)
            if not cases or not self._complete_round(groups, number, cases):
                return number
        return self.plan.effort.rounds

    def _cases_of(self, number: int) -> Sequence[Case]:
        if number == 0:
            return self.first_round or self.plan.cases
        return self.next_round(number, self.completed.counted_s(number, self._cycles.spent_s))

    def _complete_round(self, groups: GroupRunner, number: int, cases: Sequence[Case]) -> bool:
        group_number = self.completed.groups.get(number, 0)
        for ordered in self.plan.order(number, cases):
            began = self.instruments.clock()
            pending = [
                case for case in ordered if case not in self._left_out and not self.completed.is_done(number, case)
            ]
            while pending:
                if number and self._is_late():
                    return False
                group = Group(number, group_number, tuple(_with_baselines(pending, ordered)), self.plan.seed)
                rows, pending = groups.run(group)
                ended = sum(row.status is not Status.OK or row.shutdown_s is not None for row in rows)
                self._not_ok += sum(row.status is not Status.OK for row in rows)
                group_number += 1
                if number and self._is_late() and ended + len(pending) < len(group.cases):
                    return False
            self._measure_ceilings(number, ordered)
            took_s = self.instruments.clock() - began
            self._cycles.end_round(ordered[0].workload, took_s)
        return True

    def _measure_ceilings(self, number: int, cases: Sequence[Case]) -> None:
        ceilings = self._ceilings.look(cases, number, self.instruments.clock() - self._started)
        if ceilings:
            self.recorder.note_ceilings(ceilings)

    def _fitting(self, cases: Sequence[Case], pass_s: float) -> list[Case]:
        """The cases that leave time for at least three rounds; the others are left out of the whole run."""
        effort = self.plan.effort
        if effort.budget_s is None and effort.workload_budget_s is None:
            return list(cases)
        limit_s = effort.budget_per_workload_s(len(self.plan.workloads)) / MIN_ROUNDS
        kept = fitting(cases, effort.warmups + (effort.cycles or 1), pass_s, limit_s)
        if left_out := [case for case in cases if case not in kept]:
            self._left_out.update(left_out)
            names = [case.label for case in self.plan.cases if case in self._left_out]
            self.recorder.note({"left_out": [*self.plan.left_out, *names]})
            self.progress.leaves_out([case.label for case in left_out])
        return kept

    def _is_late(self) -> bool:
        return self.instruments.clock() - self._started > (self.plan.effort.budget_s or math.inf)

    def _record_warnings(self) -> None:
        self._warnings.add_snapshot(host.changeable())
        self.recorder.note({"warnings": [asdict(warning) for warning in self._warnings.all()]})


def _with_baselines(pending: Sequence[Case], cases: Sequence[Case]) -> list[Case]:
    """The pending cases after the baselines that they are compared with, even those that have been measured before."""
    subjects = {case.id.subject for case in pending}
    baselines = [case for case in cases if case.backend == BASELINE and case.id.subject in subjects]
    return [*baselines, *(case for case in pending if case.backend != BASELINE)]
