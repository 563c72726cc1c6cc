"""One colour and one marker for each backend, the same in every drawing, that colour-blind readers can tell apart."""

from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

from bench.output.charts.theme import Theme
from bench.schema import BASELINE

Line = Literal["-", "--", ":", "-."]
Fill = Literal["full", "none", "left", "bottom"]
MARKERS = {BASELINE: ".", "threading": "o", "multiprocessing": "s", "asyncio": "^"}
SPARE_MARKERS = ("v", "P", "<", "h", ">", "p", "*")
LINES: tuple[Line, ...] = ("-", "--", ":", "-.")
FILLS: tuple[Fill, ...] = ("full", "none", "left", "bottom")


@dataclass(frozen=True)
class Style:
    """How a way of running is drawn, in matplotlib's words."""

    colour: str
    marker: str
    line: Line
    fill: Fill = "full"


def style_of(backend: str, variant: int, theme: Theme) -> Style:
    """The style of a backend; its variants share colour and marker and differ by line and by how the marker is filled.

    An unknown backend gets a spare that follows from its name alone, so that it is the same in every run.
    """
    number = crc32(backend.encode())
    colour = theme.backends.get(backend, theme.spares[number % len(theme.spares)])
    marker = MARKERS.get(backend, SPARE_MARKERS[number % len(SPARE_MARKERS)])
    return Style(colour, marker, LINES[variant % len(LINES)], FILLS[variant % len(FILLS)])


def ideal_line(theme: Theme) -> dict[str, Any]:
    """What equal tasks would give."""
    return {"color": theme.faint, "linestyle": (0, (5, 3)), "linewidth": 1.2}


def critical_path_line(theme: Theme) -> dict[str, Any]:
    """What equal waits would give."""
    return {"color": theme.faint, "linestyle": (0, (8, 2, 1, 2, 1, 2)), "linewidth": 1.2}


def ceiling_line(theme: Theme) -> dict[str, Any]:
    """What busy processes were measured to give."""
    return {"color": theme.ceiling, "linestyle": "-.", "linewidth": 1.6}


def ceiling_band(theme: Theme) -> dict[str, Any]:
    """The interval of that."""
    return {"color": theme.ceiling, "alpha": 0.12, "linewidth": 0}


def loop_line(colour: str) -> dict[str, Any]:
    """The plain loop's time."""
    return {"color": colour, "linestyle": (0, (4, 2)), "linewidth": 1.2}


def cores_line(theme: Theme) -> dict[str, Any]:
    """Where the workers are as many as the usable cores."""
    return {"color": theme.faint, "linestyle": ":", "linewidth": 1.5}


def cross(colour: str) -> dict[str, Any]:
    """A case that is not ok."""
    return {"color": colour, "marker": "x", "linestyle": "none", "markersize": 7, "markeredgewidth": 2}
