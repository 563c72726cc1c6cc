"""Measuring a plan, new or gone on with: what is said meanwhile, and what is shown at the end, whichever that is."""

from pathlib import Path

from bench.analysis.live_estimates import TimeLeft
from bench.cli import session
from bench.cli.console import ALL_WELL, INTERRUPTED, NOT_OK, people, say
from bench.cli.show import show_run
from bench.errors import NoTemporaryFolder, RecordError, RunNotFound
from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.plan import Plan
from bench.measure.record import interrupted_run, machine_lock
from bench.measure.record.recorder import RunRecord
from bench.output.terminal.progress import progress_on
from bench.schema import RESULTS


def measure(plan: Plan, record: RunRecord, lock: Path, completed: Completed = NOTHING_COMPLETED) -> int:
    """Measure what is not kept, keep all that comes of it, and show it; gives the exit status."""
    rounds = None if plan.effort.precision else plan.effort.rounds
    try:
        with record, machine_lock.measuring(record.folder, lock) as another:
            if another:
                say(
                    f"another run is being measured on this machine (process {another['pid']}, into "
                    f"{another['folder']}): each disturbs the other, so the times of both tell little"
                )
                record.note({"another_run": another})
            there = completed.finished_trials(plan.effort.values)
            with progress_on(people(), TimeLeft(plan.cases, rounds, plan.effort.budget_s), there) as progress:
                done = session.measure(plan, record, progress, completed)
    except KeyboardInterrupt:
        _show_so_far(record.folder, f"interrupted: what was measured until then is in {record.folder}")
        return INTERRUPTED
    except (RecordError, NoTemporaryFolder) as error:
        _show_so_far(record.folder, f"bench: error: {error}; what was measured until then is in {record.folder}")
        return NOT_OK
    if done.rounds < plan.effort.rounds and not plan.effort.precision:
        say(f"stopped after {done.rounds} of {plan.effort.rounds} rounds: more would take longer than --max-time")
    show_run(record.folder)
    say(f"samples: {record.folder}/samples.csv")
    return NOT_OK if done.not_ok else ALL_WELL


def _show_so_far(folder: Path, why: str) -> None:
    """Say why a run ended before its end, show what it has, and say how to go on."""
    say(why)
    try:
        show_run(folder)
    except RunNotFound:
        say("nothing was measured yet, so there is no table")
    if interrupted_run.is_finished(folder):
        return
    name = folder.name if folder.resolve().parent == RESULTS.resolve() else folder
    say(f"bench run --resume {name} goes on with it")
