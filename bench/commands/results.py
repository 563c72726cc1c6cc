"""`bench results list`, `show` and `remove`."""

import json
import sys
from typing import Annotated

import typer

from bench.commands import read_options
from bench.commands.console import data, give, say
from bench.errors import UsageError

app = typer.Typer(no_args_is_help=True, help="List the runs under results/, look at one, remove some.")

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Runs directly under results/.")]
Keep = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="All but the newest N.", show_default="no such rule")
]
OlderThan = Annotated[
    str | None, typer.Option(metavar="AGE", help="Those that started before: 30d, 12h.", show_default="no such rule")
]
Yes = Annotated[bool, typer.Option("--yes", help="Remove without a question.")]


@app.command("list")
def list_(as_json: read_options.AsJson = False) -> None:
    """List the runs under results/, the newest last."""
    from bench.analysis.load import RESULTS
    from bench.present import stored as shown
    from bench.stored import contents, folders

    runs = [(run, contents.contents(run)) for run in folders.stored_runs()]
    if as_json:
        data.print_json(json.dumps(shown.stored_json(runs)))
    elif runs:
        data.print(shown.stored_table(runs))
    else:
        say(f"no run in {RESULTS}/: `bench run` makes one")


@app.command()
def show(run: read_options.RunName = None) -> None:
    """Show the facts of one run: its files, how it was made, how its samples ended."""
    from bench.analysis.load import find_run
    from bench.present.stored import stored_facts
    from bench.stored import contents, folders

    found = folders.stored_run(find_run(run))
    data.print(stored_facts(found, contents.contents(found)))


@app.command()
def remove(names: Names = None, keep: Keep = None, older_than: OlderThan = None, yes: Yes = False) -> None:
    """Remove runs, by name or by rule: shows what would go, then asks. Committed runs go only by name."""
    from bench.present import words
    from bench.stored import folders, removal

    if bool(names) == (keep is not None or older_than is not None):
        raise UsageError("name the runs to remove, or say which by --keep and --older-than; one of the two")
    age = removal.parse_age(older_than) if older_than is not None else None
    runs = folders.stored_runs()
    chosen, remarks = (removal.named(runs, names), []) if names else removal.by_rule(runs, keep, age)
    for remark in remarks:
        say(words.clean(remark))
    for run in chosen:
        give(f"{words.clean(run.name)}  {words.counted(len(run.files), 'file')}, {words.size(run.size_bytes)}")
    if not chosen:
        say("there is nothing to remove")
        return
    together = f"{words.counted(len(chosen), 'run')}, {words.size(sum(run.size_bytes for run in chosen))}"
    if not yes and not _agreed(together):
        say(f"nothing removed; --yes removes {together}, without a question")
        return
    try:
        for run in chosen:
            removal.remove(run)
    finally:
        if any(run.is_latest and not run.folder.exists() for run in chosen):
            _move_latest()
    say(f"removed {together}")


def _agreed(together: str) -> bool:
    """Whether a person at a terminal says so; without one, nobody does."""
    return sys.stdin.isatty() and typer.confirm(f"Remove {together}?", err=True)


def _move_latest() -> None:
    """Let `latest` name the newest whole run that is left, or take it away."""
    from bench.present import words
    from bench.record.folder import LATEST, RESULTS, point_latest
    from bench.stored import contents, folders

    left = reversed(folders.stored_runs())
    newest = next((run for run in left if contents.contents(run).state is contents.State.WHOLE), None)
    if newest is not None:
        point_latest(newest.folder)
        say(f"{RESULTS / LATEST} was the run removed: it now leads to {words.clean(newest.name)}")
    elif (RESULTS / LATEST).is_symlink():
        (RESULTS / LATEST).unlink()
        say(f"{RESULTS / LATEST} is gone with its run: no whole run is left")
