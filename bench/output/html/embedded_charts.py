"""The charts of a run as pictures that a page can hold, each on white and on dark, with its figures as a table."""

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
MOST_ROWS = 500  # of the figures behind a chart


@dataclass(frozen=True)
class Image:
    """A PNG as a data URI, with its size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """A chart: what it shows, in words for those who cannot see it, and the figures behind it."""

    name: str
    shows: str
    alt: str
    light: Image
    dark: Image
    grid: HtmlTable


@dataclass(frozen=True)
class MissingChart:
    """A chart that this run has nothing for."""

    name: str
    why: str


def pictures(view: View) -> tuple[list[Picture], list[MissingChart]]:
    """Every kind of chart, and those that cannot be drawn."""
    found = list(_found(view))
    drawn = [one for one in found if isinstance(one, Picture)]
    return drawn, [one for one in found if isinstance(one, MissingChart)]


def _found(view: View) -> Iterator[Picture | MissingChart]:
    for kind in kinds():
        light, dark = _image(kind, view, LIGHT), _image(kind, view, DARK)
        if light is None or dark is None:
            yield MissingChart(kind.NAME, kind.why_not(view))
        else:
            yield Picture(kind.NAME, summary(kind), kind.alt(view), light, dark, _grid(kind, view))


def _image(kind: ChartKind, view: View, theme: Theme) -> Image | None:
    figure = kind.draw(view, theme)
    return None if figure is None else image(rendered(figure, "png", DOTS_PER_INCH))


def image(png: bytes) -> Image:
    """The picture in 256 colours of its own, which takes a quarter of the bytes and differs by nothing one sees."""
    picture = PIL.Image.open(io.BytesIO(png)).convert("RGB")
    small = picture.quantize(256, PIL.Image.Quantize.MAXCOVERAGE, dither=PIL.Image.Dither.NONE)
    buffer = io.BytesIO()
    small.save(buffer, "PNG", optimize=True)
    return Image(f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}", *small.size)


def _grid(kind: ChartKind, view: View) -> HtmlTable:
    """The figures behind a chart; of a run with very many samples the first ones, for the page must stay small."""
    table = kind.table(view)
    columns = [HtmlColumn(heading, numeric=False) for heading in table.headings]
    rows = [[HtmlCell(text) for text in row] for row in table.rows[:MOST_ROWS]]
    more = len(table.rows) - len(rows)
    rest = f"The first {len(rows)} of {len(table.rows)} rows; samples.csv has all that was measured." if more else ""
    return HtmlTable(f"The figures behind the chart: {kind.NAME}", columns, rows, rest)
