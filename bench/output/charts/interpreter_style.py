"""One colour and one marker for each interpreter of a run, none of them a backend's."""

from collections.abc import Iterable

from bench.output.charts.style import FILLS, Style
from bench.output.charts.theme import Theme

MARKERS = ("D", "v", "P", "X", "h", "<")


def interpreter_styles(pythons: Iterable[str], theme: Theme) -> dict[str, Style]:
    """The style of each, by its place; past the sixth they begin anew, and differ by how the marker is filled."""
    colours, count = theme.interpreters, len(MARKERS)
    return {
        python: Style(colours[place % count], MARKERS[place % count], "-", FILLS[place // count % len(FILLS)])
        for place, python in enumerate(pythons)
    }
