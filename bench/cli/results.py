"""`bench results list`, `show` and `remove`."""

import json
import sys
from typing import Annotated

import typer

from bench.cli import read_options
from bench.cli.console import data, give, say
from bench.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="List, inspect and remove the runs under results/.")

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Runs directly under results/.")]
Keep = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Keep the newest N, remove the others.", show_default="off")
]
OlderThan = Annotated[
    str | None, typer.Option(metavar="AGE", help="Remove runs older than this: 30d, 12h.", show_default="off")
]
Yes = Annotated[bool, typer.Option("--yes", help="Remove without asking.")]


@app.command("list")
def list_(as_json: read_options.AsJson = False) -> None:
    """List the runs under results/, the newest last."""
    from bench.output.terminal import results_table as shown
    from bench.results import catalogue, overview
    from bench.schema import RESULTS

    runs = [(run, overview.run_overview(run)) for run in catalogue.stored_runs()]
    if as_json:
        data().print_json(json.dumps(shown.stored_json(runs)))
    elif runs:
        data().print(shown.stored_table(runs))
    else:
        say(f"no runs in {RESULTS}/: `bench run` creates one")


@app.command()
def show(run: read_options.RunName = None) -> None:
    """Show one run in detail: its files, how it was measured, and the status of its samples."""
    from bench.output.terminal.results_table import stored_facts
    from bench.results import catalogue, overview
    from bench.results.load import find_run

    found = catalogue.stored_run(find_run(run))
    data().print(stored_facts(found, overview.run_overview(found)))


@app.command()
def remove(names: Names = None, keep: Keep = None, older_than: OlderThan = None, yes: Yes = False) -> None:
    """Remove runs by name or by rule, after confirmation. Committed runs are removed only by name."""
    from bench.output.wording import formatting
    from bench.results import catalogue, removal

    if bool(names) == (keep is not None or older_than is not None):
        raise UsageError("give either names of runs or --keep and --older-than")
    age = removal.parse_age(older_than) if older_than is not None else None
    runs = catalogue.stored_runs()
    chosen, remarks = (removal.select_named(runs, names), []) if names else removal.select_old(runs, keep, age)
    for remark in remarks:
        say(formatting.clean(remark))
    for run in chosen:
        size = f"{formatting.counted(len(run.files), 'file')}, {formatting.size(run.size_bytes)}"
        give(f"{formatting.clean(run.name)}  {size}")
    if not chosen:
        say("nothing to remove")
        return
    together = f"{formatting.counted(len(chosen), 'run')}, {formatting.size(sum(run.size_bytes for run in chosen))}"
    if not yes and not _agreed(together):
        say(f"nothing removed; --yes removes {together} without asking")
        return
    try:
        for run in chosen:
            removal.remove(run)
    finally:
        if any(run.is_latest and not run.folder.exists() for run in chosen):
            _move_latest()
    say(f"removed {together}")


def _agreed(together: str) -> bool:
    """Ask for confirmation; without a terminal the answer is no."""
    return sys.stdin.isatty() and typer.confirm(f"Remove {together}?", err=True)


def _move_latest() -> None:
    """Point `latest` at the newest complete run that is left, or remove it."""
    from bench.measure.record.run_folder import point_latest
    from bench.output.wording import formatting
    from bench.results import catalogue, overview
    from bench.schema import LATEST, RESULTS

    left = reversed(catalogue.stored_runs())
    newest = next((run for run in left if overview.run_overview(run).state is overview.RunState.WHOLE), None)
    if newest is not None:
        point_latest(newest.folder)
        say(f"{RESULTS / LATEST} pointed to a removed run: it now points to {formatting.clean(newest.name)}")
    elif (RESULTS / LATEST).is_symlink():
        (RESULTS / LATEST).unlink()
        say(f"{RESULTS / LATEST} removed: no complete run is left")
