"""`bench report`."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.console import give, say
from bench.cli.plot import Runs
from bench.cli.show import loaded_run

LARGE = 5_000_000  # bytes: browsers open it without delay, and mailboxes accept it
ToPage = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Output file.", show_default="report.html in the first run"),
]


def report(runs: Runs = None, output: ToPage = None) -> None:
    """Write a self-contained HTML report: conclusions, charts and all cases."""
    from bench.output.html.build import FILE_NAME, build
    from bench.results.load import find_run

    loaded = [loaded_run(find_run(text)) for text in runs or ["latest"]]
    path = output or loaded[0].folder / FILE_NAME
    size = build(loaded, path)
    if size > LARGE:
        say(f"{path} is {size / 1e6:.1f} MB: browsers may take a while to open it")
    give(str(path))
