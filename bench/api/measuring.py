"""`bench.measure`: measure a function or a workload from Python."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bench.analysis.time_left import TimeLeft
from bench.api.progress import view_for
from bench.api.result import Result
from bench.api.run_home import RunHome
from bench.api.run_options import (
    RunOptions,
    Texts,
    effort_of,
    parameter_texts,
    round_count,
    scaling_kind,
    texts,
    worker_counts,
)
from bench.api.targets import Check, Items, Prepared, Target, Work, parameter_free, prepare
from bench.errors import ParameterError, RunNotFound, UsageError
from bench.machine import host, interpreters
from bench.measure.matrix import Selection, build_plan, impossible_counts, left_out_backends, measured_once
from bench.measure.plan import Plan
from bench.measure.record import machine_lock
from bench.measure.record.recorder import RunRecord
from bench.process.bootstrap import in_trial
from bench.schema import Interpreter, ScalingKind
from bench.session import arguments
from bench.session.measuring import limits
from bench.session.measuring import measure as measure_plan

SEEDS = 2**32


def measure(
    target: Target,
    items: Items | None = None,
    *,
    backends: Texts = None,
    workers: int | Iterable[int] | None = None,
    precision: float | None = None,
    rounds: int | None = None,
    max_time: float | None = None,
    check: Check | None = None,
    bound: str | None = None,
    timeout: float | None = None,
    trace: bool = False,
    scaling: str = ScalingKind.STRONG,
    python: Texts = None,
    output: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    **parameters: object,
) -> Result:
    """Measure which way of running work concurrently is fastest, as `bench run` does.

    `target` is a function or a coroutine function of one item, to be called with each of `items` (or of what `items`
    returns, called anew for each pass); or a workload: its class, its name, or "file.py" or "file.py::name", with
    `parameters` of its own. `check(items, results)` raises or returns False if the results are wrong.

    `backends` ("threading", "multiprocessing:spawn", "all"), `workers`, `precision` (percent), `rounds`, `max_time` and
    `timeout` (seconds), `trace`, `scaling` and `python` ("[LABEL=]PATH") mean the same as for `bench run`, and have the
    same defaults. `bound` says whether a function computes ("cpu") or waits ("io"); by default one pass of it tells.

    The run is a folder like any other: `output`, or a temporary one that stays as long as the result. Progress is
    shown on a terminal and in a notebook, unless `progress` is False. After Ctrl-C, the result has what was measured
    until then.

    Raises UsageError if something cannot be measured as asked, before anything is; a function that fails, hangs or
    returns wrong results is a case of the result with that status.
    """
    options = RunOptions(
        texts(backends),
        worker_counts(workers),
        texts(python),
        parameter_texts(parameters),
        effort_of(precision, max_time, timeout, trace),
        round_count(rounds),
        scaling_kind(scaling),
    )
    if parameters and parameter_free(target):
        raise ParameterError(
            f"{', '.join(parameters)}: neither an option of measure() nor a parameter, which only a workload has; "
            "bind other arguments of a function with functools.partial"
        )
    work = Work(target, items, check, bound)
    return measure_work(work, options, None if output is None else Path(output), progress)


def measure_work(work: Work, options: RunOptions, output: Path | None = None, progress: bool | None = None) -> Result:
    """Measure, and load the result. Raises UsageError."""
    if in_trial():
        raise UsageError(
            "measure() is called where the trials of another run come by: if a module calls it when it is imported, "
            'put the call below `if __name__ == "__main__":`'
        )
    pythons = interpreters.choose(options.pythons)
    home = RunHome.create(output)
    try:
        prepared = prepare(work, home.folder, pythons)
        selection = _selection(prepared, options, pythons)
        arguments.refuse_unavailable(options.backends, selection.backends, pythons)
        plan = build_plan(selection, options.effort, secrets.randbelow(SEEDS), options.rounds)
        command = options.command(prepared.name)
        record = RunRecord.begin_in(home.folder, plan, pythons, command, prepared.files)
    except BaseException:
        home.discard()
        raise
    interrupted = _execute(plan, record, progress)
    notes = [*left_out_backends(selection), *impossible_counts(selection), *measured_once(selection)]
    try:
        return Result.of_folder(home.folder, home, notes)
    except RunNotFound:  # nothing was measured
        if interrupted is not None:
            raise interrupted from None
        raise


def _selection(prepared: Prepared, options: RunOptions, pythons: list[Interpreter]) -> Selection:
    cores = host.usable_cores()
    chosen = arguments.choose_workloads(prepared.workloads, options.params, options.workers, cores, quick=False)
    return Selection(
        [replace(one, scaling=options.scaling) for one in chosen],
        arguments.parse_backends(options.backends, baseline=True),
        pythons,
    )


def _execute(plan: Plan, record: RunRecord, progress: bool | None) -> KeyboardInterrupt | None:
    """Measure the plan; returns what interrupted it, if anything did."""
    left = TimeLeft(plan.cases, limits(plan))
    with record, machine_lock.measuring(record.folder, machine_lock.lock_path()) as another:
        if another:
            record.note({"another_run": another})
        try:
            with view_for(progress, left) as view:
                measure_plan(plan, record, view)
        except KeyboardInterrupt as interrupt:
            return interrupt
    return None
