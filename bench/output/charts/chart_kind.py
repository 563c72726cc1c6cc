"""What a kind of chart is: a file in kinds/ with these functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matplotlib.figure import Figure

from bench.output.charts.theme import Theme
from bench.output.charts.view import View


@dataclass(frozen=True)
class Table:
    """The figures behind a chart, for people who cannot see it: each row has a text for each heading."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


class Kind(Protocol):
    """What the module of a kind offers; the first line of its docstring says what it shows.

    `NAME` is what `bench plot --kind` takes and the files are called: the module's name, unless it says another.
    """

    NAME: str
    __doc__: str | None

    @staticmethod
    def draw(view: View, theme: Theme) -> Figure | None:
        """The chart; None where the run has nothing that it could show."""

    @staticmethod
    def why_not(view: View) -> str:
        """What is missing where `draw` gives None, in one line."""

    @staticmethod
    def alt(view: View) -> str:
        """What the chart shows, in a sentence or two, with the main figures."""

    @staticmethod
    def table(view: View) -> Table:
        """The figures behind the chart."""


def summary(kind: Kind) -> str:
    """One line that says what a kind shows."""
    return (kind.__doc__ or "").strip().partition("\n")[0]
