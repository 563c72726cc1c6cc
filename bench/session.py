"""One run, from its plan to its finished record. Only this file and commands/ know both halves; it prints nothing."""

from collections.abc import Sequence
from pathlib import Path

from bench import runner
from bench.plan import Plan
from bench.record.run_record import RunRecord
from bench.samples import Case
from bench.trial.scratch import guarded


def measure(plan: Plan, record: RunRecord, progress: runner.Progress) -> runner.Done:
    """Measure the plan and say in the record how far it came. Raises RecordError."""
    with guarded() as scratch:
        done = runner.run(plan, record.folder.name, record, progress, NextRound(plan, record.folder), scratch)
    record.finish(done.rounds)
    return done


class NextRound:
    """Which cases another round is for: all of them, or those not yet as precise as asked; none when time is up."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._wanted: Sequence[Case] = plan.cases

    def __call__(self, done: int, seconds: float) -> Sequence[Case]:
        budget_s, precision = self._plan.effort.budget_s, self._plan.effort.precision
        if budget_s is not None and seconds + seconds / done > budget_s:
            return ()
        if precision is not None:
            self._wanted = self._still_wanted(done, precision)
        return self._wanted

    def _still_wanted(self, done: int, precision: float) -> Sequence[Case]:
        # pandas and scipy take a second to import: only a run that asks for a precision pays for that.
        from bench.analysis import load, speedup, stopping

        if done < stopping.FEWEST_ROUNDS or (done - stopping.FEWEST_ROUNDS) % stopping.CHECK_EVERY:
            return self._wanted
        summaries = speedup.summarise(load.load_run(self._folder))
        return stopping.unsettled(self._plan.cases, summaries, precision)
