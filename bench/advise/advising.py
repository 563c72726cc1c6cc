"""The whole of an advice: find the target, look at it, and race the ways to run it."""

import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.advise.entrants import Entrants, batch_of, entrants
from bench.advise.items import ItemsOption
from bench.advise.looking import look_at
from bench.advise.race_rounds import RaceRounds, StageProgress
from bench.advise.target import FoundTarget, find_target
from bench.advise.workload_text import BATCH
from bench.analysis.advice.advice_record import KEY, AdviceRecord, from_environment
from bench.analysis.advice.look import Look
from bench.analysis.race.course import Racer
from bench.errors import CannotResume, TrialFailed
from bench.machine import host
from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.cycles import BriefCycles
from bench.measure.plan import MAX_ROUNDS, Effort, Plan
from bench.measure.record import environment_json, machine_lock, run_folder
from bench.measure.record.interrupted_run import InterruptedRun
from bench.measure.record.recorder import RunRecord
from bench.measure.runner import Instruments, Runner, TrialProgress
from bench.process.scratch import guarded
from bench.schema import Interpreter, Value

LEAST_S = 5.0  # for the rounds, however long the look took
LONGEST_PASS = 0.01  # of the time, for a pass that is preceded by an untimed one
PASSES = 6  # of the baseline that must fit into the time, to say anything


class AdviseProgress(TrialProgress, StageProgress, Protocol):
    """Is notified of how far the advice has come."""

    def looks_at(self, name: str) -> None: ...
    def begins(self, folder: Path) -> None: ...
    def shares_machine(self, another: Mapping[str, object]) -> None: ...


@dataclass(frozen=True)
class Advising:
    """What an advice needs: what was asked, and what it measures with. `max_time_s` is for all of it."""

    typed: str
    items: ItemsOption
    max_time_s: float
    interpreter: Interpreter
    progress: AdviseProgress
    seed: int | None = None
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class Looked:
    """The target and what was seen of it: the `failure` of its work, or the look and the seconds needed if too many."""

    found: FoundTarget
    look: Look | None
    failure: TrialFailed | None = None
    needs_s: float | None = None


@dataclass(frozen=True)
class AdviceRun:
    """What came of it: what was seen, and the folder of the run, if anything was raced."""

    looked: Looked
    folder: Path | None = None


def advise(advising: Advising, output: Path | None) -> AdviceRun:
    """Look, and if that allows it, race. Raises UsageError, RecordError, NoTemporaryFolder."""
    folder = run_folder.create(output).resolve()
    with machine_lock.measuring(folder, machine_lock.lock_path()) as another:
        if another:
            advising.progress.shares_machine(another)
        return _advise(advising, folder, another)


def _advise(advising: Advising, folder: Path, another: Mapping[str, object] | None) -> AdviceRun:
    began = advising.clock()
    try:
        looked = _look(advising, folder)
    except BaseException:
        _discard(folder)
        raise
    if looked.look is None or looked.needs_s is not None:
        _discard(folder)
        return AdviceRun(looked)
    params = _params(looked.found)
    batch = batch_of(looked.look, looked.found.workload)
    if batch is not None:
        params[BATCH] = batch
    racing = entrants(looked.look, looked.found.workload, params, advising.interpreter, host.usable_cores())
    budget_s = max(advising.max_time_s - (advising.clock() - began), LEAST_S)
    known = AdviceRecord(looked.found.target, looked.look, racing.ruled_out, racing.course, batch, budget_s)
    seed = secrets.randbelow(2**32) if advising.seed is None else advising.seed
    plan = plan_of(racing, looked.look, budget_s, seed)
    files = [path for path in looked.found.files if str(path) != str(looked.found.workload.path)]
    record = RunRecord.begin_in(folder, plan, [advising.interpreter], sys.argv[1:], files)
    with record:
        record.note({KEY: known.to_json(), "another_run": another})
        advising.progress.begins(folder)
        Race(RaceRounds(racing, record, known, advising.progress), plan, record, advising.progress).run()
    return AdviceRun(looked, folder)


def resume(
    interrupted: InterruptedRun,
    command: Sequence[str],
    progress: AdviseProgress,
    instruments: Instruments = Instruments(),  # noqa: B008  # it is frozen
) -> None:
    """Go on with an interrupted race. Raises CannotResume, RecordError, NoTemporaryFolder."""
    known = from_environment(environment_json.read(interrupted.folder))
    if known is None:
        interrupted.close()
        raise CannotResume(f"{interrupted.folder}: environment.json does not describe a race of this version")
    plan, name = interrupted.plan, known.target.workload
    cases = {Racer.of(case.id): case for case in plan.cases if case.workload == name}
    controls = [case for case in plan.cases if case.workload != name]
    racing = Entrants(known.course, cases, controls, known.ruled_out)
    record = interrupted.resume(command)
    with record, machine_lock.measuring(record.folder, machine_lock.lock_path()) as another:
        if another:
            progress.shares_machine(another)
        rounds = RaceRounds(racing, record, known, progress)
        Race(rounds, plan, record, progress, instruments).run(interrupted.completed)


@dataclass(frozen=True)
class Race:
    """A race that is ready to be run."""

    rounds: RaceRounds
    plan: Plan
    record: RunRecord
    progress: AdviseProgress
    instruments: Instruments = field(default_factory=Instruments)

    def run(self, completed: Completed = NOTHING_COMPLETED) -> None:
        """Measure its rounds until it has ended. Raises RecordError, NoTemporaryFolder."""
        with guarded() as scratch:
            result = Runner(
                plan=self.plan,
                recorder=self.record,
                progress=self.progress,
                next_round=self.rounds,
                completed=completed,
                scratch=scratch,
                instruments=self.instruments,
                first_round=self.rounds.first(),
                make_cycles=BriefCycles,
            ).run()
        self.record.finish(result.rounds)


def _look(advising: Advising, folder: Path) -> Looked:
    found = find_target(advising.typed, advising.items, folder, advising.interpreter)
    advising.progress.looks_at(found.target.typed)
    try:
        look = look_at(found.workload, _params(found), advising.interpreter.executable, advising.max_time_s)
    except TrialFailed as failure:
        return Looked(found, None, failure)
    items = batch_of(look, found.workload) or look.items
    needs_s = PASSES * items * look.item_s
    return Looked(found, look, needs_s=needs_s if needs_s > advising.max_time_s else None)


def _params(found: FoundTarget) -> dict[str, Value]:
    return {name: parameter.default for name, parameter in found.workload.parameters.items()}


def plan_of(racing: Entrants, look: Look, budget_s: float, seed: int) -> Plan:
    """The plan of a race: all that may take part, the baseline first, and the controls."""
    baseline = racing.cases[racing.course.baseline]
    items = int(baseline.params.get(BATCH) or 0) or look.items
    warmups = int(items * look.item_s < LONGEST_PASS * budget_s)
    effort = Effort(rounds=MAX_ROUNDS, warmups=warmups, budget_s=budget_s)
    others = [case for case in racing.cases.values() if case is not baseline]
    return Plan((baseline, *others, *racing.controls), effort, seed)


def _discard(folder: Path) -> None:
    """Remove the folder of a run that did not begin."""
    for path in folder.iterdir():
        path.unlink()
    with suppress(OSError):
        folder.rmdir()
