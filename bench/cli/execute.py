"""Measure a plan, new or resumed: report progress and warnings meanwhile, and show the results however it ends."""

from pathlib import Path

from bench.analysis.time_left import TimeLeft
from bench.cli.console import ALL_WELL, INTERRUPTED, NOT_OK, people, say
from bench.cli.show import show_run
from bench.errors import NoTemporaryFolder, RecordError, RunNotFound
from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.plan import Plan
from bench.measure.record import interrupted_run, machine_lock
from bench.measure.record.recorder import RunRecord
from bench.output.terminal.progress import progress_on
from bench.schema import RESULTS
from bench.session import measuring


def measure(plan: Plan, record: RunRecord, lock: Path, completed: Completed = NOTHING_COMPLETED) -> int:
    """Measure what is not completed, record it and show it; returns the exit status."""
    try:
        with record, machine_lock.measuring(record.folder, lock) as another:
            if another:
                say(
                    f"another run is in progress on this machine (process {another['pid']}, into "
                    f"{another['folder']}): the two disturb each other, so do not trust the times of either"
                )
                record.note({"another_run": another})
            left = TimeLeft(plan.cases, measuring.limits(plan))
            with progress_on(people(), left, completed.finished_trials) as progress:
                result = measuring.measure(plan, record, progress, completed)
    except KeyboardInterrupt:
        _show_partial(record.folder, f"interrupted: the samples measured until then are in {record.folder}")
        return INTERRUPTED
    except (RecordError, NoTemporaryFolder) as error:
        _show_partial(record.folder, f"bench: error: {error}; the samples measured until then are in {record.folder}")
        return NOT_OK
    if result.rounds < plan.effort.rounds and not plan.effort.precision:
        say(f"stopped after {result.rounds} of {plan.effort.rounds} rounds: more would exceed --max-time")
    show_run(record.folder)
    say(f"samples: {record.folder}/samples.csv")
    return NOT_OK if result.not_ok else ALL_WELL


def _show_partial(folder: Path, why: str) -> None:
    """Say why a run ended early, show what it has, and say how to resume it."""
    say(why)
    try:
        show_run(folder)
    except RunNotFound:
        say("no samples were measured, so there is no table")
    if interrupted_run.is_finished(folder):
        return
    name = folder.name if folder.resolve().parent == RESULTS.resolve() else folder
    say(f"to resume it: bench run --resume {name}")
