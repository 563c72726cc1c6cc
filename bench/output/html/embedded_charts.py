"""The charts of a run as embedded pictures, each in a light and a dark theme, with its data as a table."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass

import PIL.Image

from bench.output.charts.chart_files import rendered
from bench.output.charts.chart_kind import ChartKind, summary
from bench.output.charts.registry import kinds
from bench.output.charts.theme import DARK, LIGHT, Theme
from bench.output.charts.view import View
from bench.output.html.html_table import HtmlCell, HtmlColumn, HtmlTable

DOTS_PER_INCH = 110
MAX_ROWS = 500  # of the data behind a chart


@dataclass(frozen=True)
class Image:
    """A PNG as a data URI, with its size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class EmbeddedChart:
    """A chart: its caption, its alternative text, its images, and the data behind it."""

    name: str
    shows: str
    alt: str
    light: Image
    dark: Image
    grid: HtmlTable


@dataclass(frozen=True)
class MissingChart:
    """A chart for which this run has no data."""

    name: str
    why: str


def embedded_charts(view: View) -> tuple[list[EmbeddedChart], list[MissingChart]]:
    """The charts of every kind, and those that cannot be drawn."""
    charts = list(_charts(view))
    drawn = [one for one in charts if isinstance(one, EmbeddedChart)]
    return drawn, [one for one in charts if isinstance(one, MissingChart)]


def _charts(view: View) -> Iterator[EmbeddedChart | MissingChart]:
    for kind in kinds():
        light, dark = chart_image(kind, view, LIGHT), chart_image(kind, view, DARK)
        if light is None or dark is None:
            yield MissingChart(kind.NAME, kind.why_not(view))
        else:
            yield EmbeddedChart(kind.NAME, summary(kind), kind.alt(view), light, dark, _grid(kind, view))


def chart_image(kind: ChartKind, view: View, theme: Theme) -> Image | None:
    """A chart as a picture; None if the run has nothing that it could show."""
    figure = kind.draw(view, theme)
    return None if figure is None else image(rendered(figure, "png", DOTS_PER_INCH))


def image(png: bytes) -> Image:
    """The picture with its own palette of 256 colours: a quarter of the size without a visible difference."""
    picture = PIL.Image.open(io.BytesIO(png)).convert("RGB")
    small = picture.quantize(256, PIL.Image.Quantize.MAXCOVERAGE, dither=PIL.Image.Dither.NONE)
    buffer = io.BytesIO()
    small.save(buffer, "PNG", optimize=True)
    return Image(f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}", *small.size)


def _grid(kind: ChartKind, view: View) -> HtmlTable:
    """The data behind a chart; only the first rows of a large run, so that the page stays small."""
    table = kind.table(view)
    columns = [HtmlColumn(heading, numeric=False) for heading in table.headings]
    rows = [[HtmlCell(text) for text in row] for row in table.rows[:MAX_ROWS]]
    more = len(table.rows) - len(rows)
    rest = f"The first {len(rows)} of {len(table.rows)} rows; samples.csv has every sample." if more else ""
    return HtmlTable(f"Data behind the chart: {kind.NAME}", columns, rows, rest)
