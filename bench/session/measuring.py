"""One run, from its plan to its finished record."""

from pathlib import Path
from typing import Any, Protocol

from bench.analysis.time_left import RunLimits
from bench.machine import host
from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.plan import Plan
from bench.measure.record.recorder import RunRecord
from bench.measure.runner import Instruments, Runner, RunResult, TrialProgress
from bench.measure.timeouts import DEFAULT_S
from bench.measure.tracing import TraceProgress, Tracer, representative_cases
from bench.process.scratch import guarded
from bench.schema import Case
from bench.session.next_round import NextRound


class RunProgress(TrialProgress, TraceProgress, Protocol):
    """Is notified of how far the run has come."""


def measure(
    plan: Plan,
    record: RunRecord,
    progress: RunProgress,
    completed: Completed = NOTHING_COMPLETED,
    instruments: Instruments = Instruments(),  # noqa: B008  # it is frozen
) -> RunResult:
    """Measure what of the plan is not completed, and record how far the run came.

    Raises RecordError, NoTemporaryFolder.
    """
    with guarded() as scratch:
        result = Runner(plan, record, progress, NextRound(plan, record.folder), completed, scratch, instruments).run()
        if plan.effort.trace:
            cases = representative_cases(plan.cases, host.usable_cores())
            Tracer(record, progress, plan.effort.timeout_s or DEFAULT_S, scratch).trace(cases)
    record.finish(result.rounds, stop_reason(plan, record.folder))
    return result


def all_pending_trials(plan: Plan, folder: Path, completed: Completed) -> list[tuple[int, Case]]:
    """The trials that an interrupted run lacks, by round; with a precision, those of the rounds that were started."""
    next_round = NextRound(plan, folder)
    trials = []
    for number in range(plan.effort.rounds):
        if plan.effort.precision is not None and not completed.has_round(number):
            break
        counted_s = completed.counted_s(number, completed.spent_s)
        cases = next_round(number, counted_s) if number else plan.cases
        trials += [(number, case) for case in cases if not completed.is_done(number, case)]
    return trials


def limits(plan: Plan) -> RunLimits:
    """What ends the run, for the estimate of the time left."""
    effort = plan.effort
    return RunLimits(effort.rounds, effort.precision, effort.budget_s, effort.workload_budget_s)


def stop_reason(plan: Plan, folder: Path) -> list[dict[str, Any]] | None:
    """Why each case stopped, as environment.json records it; None if no precision was requested."""
    effort = plan.effort
    if effort.precision is None:
        return None
    # pandas and scipy take a second to import: only a run with a precision pays for that.
    from bench.analysis import stopping, summary
    from bench.results import load

    goal = stopping.PrecisionGoal(effort.precision, effort.rounds)
    return stopping.reasons(summary.summarise(load.load_run(folder)), goal)
