"""`bench run --resume`."""

import sys

import typer

from bench.backends._registry import backend_named
from bench.cli import advise, execute
from bench.cli.console import ALL_WELL, data, say
from bench.cli.show import show_run
from bench.errors import UsageError
from bench.measure.record import environment_json, interrupted_run, machine_lock
from bench.measure.record.interrupted_run import TORN, InterruptedRun
from bench.output.terminal import listing
from bench.session import measuring

ALLOWED_WITH_RESUME = {"resume", "dry_run"}


def refuse_other_options(context: typer.Context) -> None:
    """Raise UsageError if any other option was given that determines what is measured."""
    given = []
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if source is not None and source.name == "COMMANDLINE" and parameter.name not in ALLOWED_WITH_RESUME:
            given.append(parameter.opts[-1] if parameter.opts[-1].startswith("-") else "the workloads")
    if given:
        raise UsageError(f"--resume uses the workloads and options of the run: leave out {', '.join(given)}")


def resume(run: str, dry_run: bool) -> int:
    """Measure what an interrupted run lacks, and show it; returns the exit status. Raises RunNotFound, CannotResume."""
    from bench.analysis.advice.advice_record import KEY  # pandas takes a second to import
    from bench.results.load import find_run

    folder = find_run(run)
    is_race = KEY in environment_json.read(folder)
    if interrupted_run.is_finished(folder):
        say(f"{folder}: the run is complete")
        if is_race:
            return advise.show_advice(folder)
        show_run(folder)
        return ALL_WELL
    lock = machine_lock.lock_path()
    interrupted = interrupted_run.open_interrupted(folder)
    for case in interrupted.plan.cases:
        backend_named(case.backend)  # a backend of the user's may be gone
    if dry_run and is_race:
        interrupted.close()
        say(f"{folder}: a race; which rounds it lacks depends on its times")
        return ALL_WELL
    if dry_run:
        interrupted.close()
        _show_missing(interrupted)
        return ALL_WELL
    if interrupted.has_torn_row:
        say(f"{folder}: the last row is incomplete; it is moved to {TORN} and measured again")
    if is_race:
        return advise.resume_race(interrupted)
    record = interrupted.resume(sys.argv[1:])
    return execute.measure(interrupted.plan, record, lock, interrupted.completed)


def _show_missing(interrupted: InterruptedRun) -> None:
    trials = measuring.all_pending_trials(interrupted.plan, interrupted.folder, interrupted.completed)
    rounds: dict[str, list[int]] = {}
    for number, case in trials:
        rounds.setdefault(f"{case.label} {case.id.interpreter}", []).append(number)
    data().print(listing.missing_table(rounds, more_may_follow=interrupted.plan.effort.precision is not None))
