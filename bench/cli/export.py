"""`bench export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bench.cli import read_options
from bench.cli.console import say
from bench.errors import RecordError, UsageError
from bench.output.export.registry import Format, exporter_of
from bench.schema import ENVIRONMENT_JSON, SAMPLES_CSV

To = Annotated[Format, typer.Option("--to", help="Target format.")]
FirstRounds = Annotated[
    int | None, typer.Option("--rounds", min=1, help="Export only the first rounds.", show_default="all")
]
ToFile = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", show_default="standard output")]


def export(to: To, run: read_options.RunName = None, rounds: FirstRounds = None, output: ToFile = None) -> None:
    """Convert a run to the file format of another tool."""
    from bench.analysis import summary
    from bench.output.export.base import first_rounds
    from bench.results import load

    loaded, remarks = load.load_run(load.find_run(run)), list[str]()
    if output is not None and output.resolve() in (loaded.folder / SAMPLES_CSV, loaded.folder / ENVIRONMENT_JSON):
        raise UsageError(f"{output}: is a file of the run itself; choose another file")
    if rounds is not None:
        loaded, remarks = first_rounds(loaded, rounds)
    exported = exporter_of(to)(loaded, summary.summarise(loaded))
    for remark in [*remarks, *exported.remarks]:
        say(remark)
    _write(exported.text, output)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)  # not through the console, which would interpret some of the text as markup
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{output}: cannot be written: {error.strerror or error}") from error
