"""One colour and one marker for each interpreter of a run, none of them a backend's.

Colours: Paul Tol's muted scheme, which colour-blind readers can tell apart.
"""

from collections.abc import Iterable

from bench.present.style import FILLS, Style

COLOURS = ("#332288", "#CC6677", "#44AA99", "#999933", "#88CCEE", "#882255")
MARKERS = ("D", "v", "P", "X", "h", "<")


def interpreter_styles(pythons: Iterable[str]) -> dict[str, Style]:
    """The style of each, by its place; past the sixth they begin anew, and differ by how the marker is filled."""
    count = len(COLOURS)
    return {
        python: Style(COLOURS[place % count], MARKERS[place % count], "-", FILLS[place // count % len(FILLS)])
        for place, python in enumerate(pythons)
    }
