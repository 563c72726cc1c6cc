"""`bench plot`.

pandas and matplotlib take a second to import, so they are imported when a chart is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.console import data, give, say
from bench.cli.show import loaded_run
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.output.charts.chart_kind import ChartKind
    from bench.output.charts.theme import Theme
    from bench.output.charts.view import View

DEFAULT_DPI = 200


class FileFormat(StrEnum):
    """File format of a chart."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


class ThemeName(StrEnum):
    """Colour theme of a chart."""

    LIGHT = "light"
    DARK = "dark"


DEFAULT_FORMATS = (FileFormat.PNG, FileFormat.SVG)


@dataclass(frozen=True)
class Files:
    """What is written: `folder` is None for the run's own, `dpi` are dots per inch."""

    folder: Path | None
    formats: tuple[FileFormat, ...]
    dpi: int
    theme: "Theme"


Runs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[RUN]...", help="Folders, samples.csv files, or `latest`.", show_default="latest"),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        "-k",
        metavar="KIND",
        help="Kind of chart; may be repeated.",
        show_default="all that the run can show",
    ),
]
Workloads = Annotated[
    list[str] | None,
    typer.Option("--workload", metavar="NAME", help="Workload to plot; may be repeated.", show_default="all"),
]
Formats = Annotated[
    list[FileFormat] | None,
    typer.Option("--format", help="File format; may be repeated.", show_default="png and svg"),
]
Dpi = Annotated[
    int, typer.Option("--dpi", min=20, max=1200, metavar="N", help="Resolution of PNG files in dots per inch.")
]
ThemeOption = Annotated[ThemeName, typer.Option("--theme", help="Colour theme.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FOLDER", help="Output folder.", show_default="the run's own folder"),
]
JustList = Annotated[bool, typer.Option("--list", help="List the kinds of charts and exit.")]


def plot(
    runs: Runs = None,
    kind: Kinds = None,
    workload: Workloads = None,
    form: Formats = None,
    dpi: Dpi = DEFAULT_DPI,
    theme: ThemeOption = ThemeName.LIGHT,
    output: Output = None,
    just_list: JustList = False,
) -> None:
    """Draw a run's charts as PNG and SVG."""
    from bench.output.charts.chart_kind import summary
    from bench.output.charts.registry import kind_named, kinds
    from bench.output.charts.theme import THEMES
    from bench.output.charts.view import View
    from bench.output.terminal.listing import kinds_table
    from bench.results.load import find_run

    if just_list:
        data().print(kinds_table([(one.NAME, summary(one)) for one in kinds()]))
        return
    asked = [kind_named(name) for name in dict.fromkeys(kind or [])]
    folders = [find_run(text) for text in runs or ["latest"]]
    if output is not None and len(folders) > 1:
        raise UsageError("-o with several runs: their charts would have the same names; plot one run at a time")
    files = Files(output, tuple(dict.fromkeys(form or DEFAULT_FORMATS)), dpi, THEMES[theme])
    for folder in folders:
        view = View.of(loaded_run(folder))
        _plot(view.only(*workload) if workload else view, asked, files)


def _plot(view: "View", asked: Sequence["ChartKind"], files: "Files") -> None:
    """Draw the kinds that were asked for, or all that the run can show. Raises UsageError where that is none."""
    from bench.output.charts.chart_files import save
    from bench.output.charts.registry import kinds

    drawn = 0
    for kind in asked or kinds():
        figure = kind.draw(view, files.theme)
        if figure is None:
            if asked:
                say(f"no chart {kind.NAME} of {view.run.name}: {kind.why_not(view)}")
            continue
        drawn += 1
        folder, stem = files.folder or view.run.folder, kind.NAME + files.theme.suffix
        for path in save(figure, folder, stem, files.formats, files.dpi):
            give(str(path))
    if not drawn:
        raise UsageError(f"{view.run.name}: nothing could be drawn")
