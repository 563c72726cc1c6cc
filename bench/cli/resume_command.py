"""`bench run --resume`."""

import sys

import typer

from bench.backends._registry import backend_named
from bench.cli import execute, session
from bench.cli.console import ALL_WELL, data, say
from bench.cli.show import show_run
from bench.errors import UsageError
from bench.measure.record import interrupted_run, machine_lock
from bench.measure.record.interrupted_run import TORN, InterruptedRun
from bench.output.terminal import listing

MAY_STAND_BESIDE = {"resume", "dry_run"}


def refuse_other_options(context: typer.Context) -> None:
    """Raises UsageError where anything else was typed that decides what is measured."""
    typed = []
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if source is not None and source.name == "COMMANDLINE" and parameter.name not in MAY_STAND_BESIDE:
            typed.append(parameter.opts[-1] if parameter.opts[-1].startswith("-") else "the workloads")
    if typed:
        raise UsageError(f"--resume goes on with the run's own workloads and options: leave out {', '.join(typed)}")


def resume(run: str, dry_run: bool) -> int:
    """Measure what a run is missing, and show it; gives the exit status. Raises RunNotFound, CannotResume."""
    from bench.results.load import find_run  # pandas takes a second to import

    folder = find_run(run)
    if interrupted_run.is_finished(folder):
        say(f"{folder}: nothing is missing")
        show_run(folder)
        return ALL_WELL
    lock = machine_lock.lock_path()
    found = interrupted_run.open_interrupted(folder)
    for case in found.plan.cases:
        backend_named(case.backend)  # one of the user's own may have gone
    if dry_run:
        found.close()
        _show_missing(found)
        return ALL_WELL
    if found.has_torn_row:
        say(f"{folder}: the last row was cut off while it was written; it is put aside in {TORN} and measured again")
    record = found.resume(sys.argv[1:])
    return execute.measure(found.plan, record, lock, found.completed)


def _show_missing(found: InterruptedRun) -> None:
    trials = session.all_pending_trials(found.plan, found.folder, found.completed)
    rounds: dict[str, list[int]] = {}
    for trial in trials:
        rounds.setdefault(f"{trial.case.label} {trial.case.python}", []).append(trial.round)
    data().print(listing.missing_table(rounds, more_may_follow=found.plan.effort.precision is not None))
