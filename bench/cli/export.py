"""`bench export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bench.cli import read_options
from bench.cli.console import say
from bench.errors import RecordError, UsageError
from bench.output.export.formats import Format

To = Annotated[Format, typer.Option("--to", help="For which tool.")]
FirstRounds = Annotated[
    int | None, typer.Option("--rounds", min=1, help="The first rounds alone.", show_default="all of them")
]
ToFile = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", show_default="standard output")]


def export(to: To, run: read_options.RunName = None, rounds: FirstRounds = None, output: ToFile = None) -> None:
    """Write a run as the file of another tool."""
    from bench.analysis import summary
    from bench.output.export.registry import EXPORTERS, first_rounds
    from bench.results import load

    loaded, remarks = load.load_run(load.find_run(run)), list[str]()
    if output is not None and output.resolve() in (loaded.folder / load.SAMPLES, loaded.folder / load.ENVIRONMENT):
        raise UsageError(f"{output}: is the run itself, name another file")
    if rounds is not None:
        loaded, remarks = first_rounds(loaded, rounds)
    exported = EXPORTERS[to](loaded, summary.summarise(loaded))
    for remark in [*remarks, *exported.remarks]:
        say(remark)
    _write(exported.text, output)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)  # not by the console, which would show some of the text as something else
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{output}: cannot be written: {error.strerror or error}") from error
