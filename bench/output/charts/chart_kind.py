"""The interface of a chart kind: a file in kinds/ with these functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matplotlib.figure import Figure

from bench.output.charts.theme import Theme
from bench.output.charts.view import View

ChartFigure = Figure  # for those who only pass it on


@dataclass(frozen=True)
class ChartTable:
    """The figures behind a chart, for readers who cannot see it: each row has one text per heading."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


class ChartKind(Protocol):
    """The module of a kind; the first line of its docstring says what it shows.

    The registry sets `NAME`, which `bench plot --kind` takes and the files are called, to the module's name.
    """

    NAME: str
    __doc__: str | None

    @staticmethod
    def draw(view: View, theme: Theme) -> Figure | None:
        """The chart; None if the run has nothing that it could show."""

    @staticmethod
    def why_not(view: View) -> str:
        """What is missing if `draw` returns None, in one line."""

    @staticmethod
    def alt(view: View) -> str:
        """What the chart shows, in a sentence or two with the main figures."""

    @staticmethod
    def table(view: View) -> ChartTable:
        """The figures behind the chart."""


def summary(kind: ChartKind) -> str:
    """One line that says what a kind shows."""
    return (kind.__doc__ or "").strip().partition("\n")[0]
