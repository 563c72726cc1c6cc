"""One group of a round: its trials are started one after the other, take turns for some cycles, and are stopped."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Protocol

from bench.measure.cycles import SLOW, Cycles, passes_of
from bench.measure.plan import Effort
from bench.measure.reference import TimeReference
from bench.measure.room import has_room
from bench.measure.run_warnings import RunWarnings
from bench.measure.sample_rows import TrialRows, Turn
from bench.measure.timeouts import Timeouts
from bench.measure.trial.live_trials import LiveTrial, LiveTrials
from bench.measure.trial.trial_process import TrialSettings
from bench.measure.trial_request import timed_request
from bench.schema import BASELINE, Case, Ceiling, Sample


class SampleRecorder(Protocol):
    """Where samples and facts of the run go; they are on disk when a call returns."""

    @property
    def run_name(self) -> str: ...
    def append(self, samples: list[Sample]) -> None: ...
    def note_ceilings(self, ceilings: list[Ceiling]) -> None: ...
    def note(self, facts: Mapping[str, Any]) -> None: ...


class GroupProgress(Protocol):
    """Is notified of the start and the end of every trial, of each cycle, and of cases that there is no time for."""

    def trial_starts(self, round_number: int, position: int, case: Case) -> None: ...
    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None: ...
    def trial_ended(self, case: Case, samples: list[Sample]) -> None: ...
    def leaves_out(self, names: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class Group:
    """Cases of one workload, the baselines first, that are measured together as one group of a round."""

    round: int
    number: int
    cases: tuple[Case, ...]
    seed: int

    @property
    def workload(self) -> str:
        """The workload that all cases have."""
        return self.cases[0].workload

    def order(self, cycle: int, members: Sequence["Member"]) -> list["Member"]:
        """The order in which the members take their turns, shuffled by the seed for each cycle."""
        shuffled = list(members)
        random.Random(f"{self.seed}:{self.round}:{self.number}:{cycle}").shuffle(shuffled)
        return shuffled


@dataclass
class Member:
    """A case of the group with its trial, the rows made of it, and how many passes it makes, once that is known."""

    case: Case
    trial: LiveTrial
    rows: TrialRows
    passes: int | None = None
    reported: bool = False

    def is_last(self) -> bool:
        """Whether its next pass is its last one."""
        return self.passes is not None and len(self.trial.outcome.measured) + 1 >= self.passes


@dataclass(frozen=True)
class GroupRunner:
    """Measures groups with what the whole run shares. `late` tells whether the time budget of the run is used up.

    `fitting` reduces the cases of the first round to those that there is time for, given a baseline pass in seconds.
    """

    recorder: SampleRecorder
    progress: GroupProgress
    live_trials: Callable[[], LiveTrials]
    time_reference: TimeReference
    clock: Callable[[], float]
    effort: Effort
    cycles: Cycles
    timeouts: Timeouts
    warnings: RunWarnings
    late: Callable[[], bool]
    fitting: Callable[[Sequence[Case], float], list[Case]]
    scratch: Path | None = None

    def run(self, group: Group) -> tuple[list[Sample], list[Case]]:
        """Measure a group; the rows, and the cases for which the machine had no room beside the others.

        Every row is on disk as soon as its pass is measured. Raises RecordError, NoTemporaryFolder.
        """
        if any(case.exclusive for case in group.cases):
            return self._run_one_at_a_time(group), []
        members: list[Member] = []
        began = self.clock()
        try:
            with self.live_trials() as alive:
                left = self._start_all(alive, group, members)
                self._make_cycles(alive, group, members, began)
        finally:
            self._add_interrupted(members)
        return [row for member in members for row in member.rows.rows], left

    def _start_all(self, alive: LiveTrials, group: Group, members: list[Member]) -> list[Case]:
        """Start trials as long as there is room; returns the cases that are left.

        At least one case is started beside the baselines, and the same case in all of its interpreters.
        """
        baselines = [case for case in group.cases if case.backend == BASELINE]
        for case in baselines:
            self._start(alive, group, members, case)
        others = [case for case in group.cases if case.backend != BASELINE]
        if group.round == 0 and (passes_s := _passes_s(members)):
            others = self.fitting(others, fmean(passes_s))
        for number, case in enumerate(others):
            is_same = number > 0 and _is_same(case, others[number - 1])
            if number and not is_same and not has_room([member.trial for member in _alive(members)], case):
                return others[number:]
            self._start(alive, group, members, case)
        return []

    def _start(self, alive: LiveTrials, group: Group, members: list[Member], case: Case) -> None:
        position = len(members)
        self.progress.trial_starts(group.round, position, case)
        rows = TrialRows(self.recorder.run_name, case, group.round, group.number)
        settings = TrialSettings(case.executable, timed_request(case, self.effort), case.environment, self.scratch)
        began = self.clock()
        trial = alive.start(settings, self.timeouts.limit(case))
        if not trial.over:
            self.timeouts.learn(case, self.clock() - began)
        if ready := trial.outcome.ready:
            self.warnings.add_gil_cause(case, ready.gil_cause)
            self.warnings.add_task_cost(case, ready.task_cost_s)
        members.append(Member(case, trial, rows))
        self._report_ended(alive, members, position)

    def _make_cycles(self, alive: LiveTrials, group: Group, members: list[Member], began: float) -> None:
        """Give each member its turns; `began` is when the first of them was started."""
        cycle, cycles = 0, self._decide(group, members, began)
        while cycle < (cycles or 1) and _alive(members) and not (group.round and self.late()):
            self.progress.cycle_starts(group.workload, cycle, cycles)
            reference_s = self.time_reference()
            for position, member in enumerate(group.order(cycle, _alive(members))):
                if not member.trial.over:  # a member may die while another one has its turn
                    self._take_turn(alive, member, Turn(position, reference_s), is_last=member.is_last())
                    self._note_waiting(members, member)
                self._report_ended(alive, members, position)
            cycle, cycles = cycle + 1, cycles or self._decide(group, members, began)
        for position, member in enumerate(members):
            alive.stop(member.trial, self.timeouts.limit(member.case))
            self._report_ended(alive, members, position)

    def _run_one_at_a_time(self, group: Group) -> list[Sample]:
        members: list[Member] = []
        for case in group.cases:
            if group.round and self.late():
                break
            began = self.clock()
            with self.live_trials() as alive:
                self._start(alive, group, members, case)
                try:
                    self._make_cycles(alive, group, members[-1:], began)
                finally:
                    self._add_interrupted(members[-1:])
        return [row for member in members for row in member.rows.rows]

    def _take_turn(self, alive: LiveTrials, member: Member, turn: Turn, is_last: bool) -> None:
        """One timed pass. The last one is followed by the stop at once, since its row tells how long that took."""
        began, limit = self.clock(), self.timeouts.limit(member.case)
        try:
            alive.make_pass(member.trial, limit)
            if not member.trial.over:
                self.timeouts.learn(member.case, self.clock() - began)
                if is_last:
                    alive.stop(member.trial, limit)
        finally:  # also if Ctrl-C ends the turn: what is measured is kept
            self._record(member, turn)

    def _record(self, member: Member, turn: Turn) -> None:
        if rows := member.rows.new_rows(member.trial.outcome, turn):
            self.recorder.append(rows)

    def _note_waiting(self, members: Iterable[Member], working: Member) -> None:
        if working.rows.failed:
            return
        elapsed_s = working.trial.outcome.measured[-1].elapsed_s
        for member in members:
            if member is not working and not member.trial.over:
                self.warnings.add_waiting(member.case, member.trial.waiting_cpu_s, elapsed_s)

    def _report_ended(self, alive: LiveTrials, members: Iterable[Member], position: int) -> None:
        """Record and report the trials that are over, also those that died or failed while they waited."""
        alive.end_failed()
        for member in members:
            if member.trial.over and not member.reported:
                member.reported = True
                self._record(member, Turn(position))
                self.warnings.add_samples(member.rows.rows)
                self.progress.trial_ended(member.case, member.rows.rows)

    def _add_interrupted(self, members: Iterable[Member]) -> None:
        """Let the warnings know the samples of trials that an interruption has ended."""
        for member in members:
            if not member.reported:
                self.warnings.add_samples(member.rows.rows)

    def _decide(self, group: Group, members: Sequence[Member], began: float) -> int | None:
        """Decide how many cycles the group makes, and how many passes each member; None as long as no pass is known.

        Both follow the baselines' passes. If these have failed, the number of cycles follows the others.
        """
        baselines = [one for one in members if one.case.backend == BASELINE]
        known, cycles = _passes_s(baselines), self.cycles.of(group.workload, len(group.cases))
        if cycles is None and (passes_s := known or _passes_s(members)):
            least = 1 + max(len(one.trial.outcome.measured) for one in members)  # since no pass so far was the last one
            baseline_s = fmean(passes_s)
            cycle_s = sum(min(pass_s, SLOW * baseline_s) for pass_s in _passes_s(members))  # slow cases sit some out
            of_all = len(group.cases) / len(members)  # more than 1 if the trials are alive one at a time
            cycles = self.cycles.decide(group.workload, of_all * (self.clock() - began), of_all * cycle_s, least)
            self.recorder.note({"cycles": self.cycles.decided})
        for member in members:
            own_s, member.passes = _pass_s(member.trial), cycles
            if cycles and known and own_s and member not in baselines:
                member.passes = passes_of(own_s, fmean(known), cycles)
        return cycles


def _alive(members: Iterable[Member]) -> list[Member]:
    return [member for member in members if not member.trial.over]


def _is_same(case: Case, other: Case) -> bool:
    """Whether two cases differ in their interpreters alone."""
    return (case.id.config, case.workers) == (other.id.config, other.workers)


def _passes_s(members: Iterable[Member]) -> list[float]:
    return [pass_s for one in members if (pass_s := _pass_s(one.trial)) is not None]


def _pass_s(trial: LiveTrial) -> float | None:
    """The seconds of the last timed pass, or else of the last untimed one."""
    if trial.outcome.measured:
        return trial.outcome.measured[-1].elapsed_s
    return trial.outcome.warmed_up.pass_s if trial.outcome.warmed_up else None
