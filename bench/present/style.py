"""One colour and one marker for each backend, the same in every drawing, that colour-blind readers can tell apart.

Colours: Okabe & Ito 2008, "Color Universal Design".
"""

from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

from bench.samples import BASELINE

Line = Literal["-", "--", ":", "-."]
Fill = Literal["full", "none", "left", "bottom"]
BLACK, BLUE, VERMILLION, GREEN = "#000000", "#0072B2", "#D55E00", "#009E73"
SPARE_COLOURS = ("#CC79A7", "#E69F00", "#56B4E9")
SPARE_MARKERS = ("v", "P", "<", "h", ">", "p", "*")
LINES: tuple[Line, ...] = ("-", "--", ":", "-.")
FILLS: tuple[Fill, ...] = ("full", "none", "left", "bottom")
CORES = "#777777"
IDEAL_LINE: dict[str, Any] = {"color": "#777777", "linestyle": (0, (5, 3)), "linewidth": 1.2}
CRITICAL_PATH_LINE: dict[str, Any] = {"color": "#777777", "linestyle": (0, (8, 2, 1, 2, 1, 2)), "linewidth": 1.2}
CEILING_LINE: dict[str, Any] = {"color": "#AA3377", "linestyle": "-.", "linewidth": 1.6}
CEILING_BAND: dict[str, Any] = {"color": "#AA3377", "alpha": 0.12, "linewidth": 0}


@dataclass(frozen=True)
class Style:
    """How a way of running is drawn, in matplotlib's words."""

    colour: str
    marker: str
    line: Line
    fill: Fill = "full"


KNOWN = {
    BASELINE: (BLACK, "."),
    "threading": (BLUE, "o"),
    "multiprocessing": (VERMILLION, "s"),
    "asyncio": (GREEN, "^"),
}


def style_of(backend: str, variant: int = 0) -> Style:
    """The style of a backend; its variants share colour and marker and differ by line and by how the marker is filled.

    An unknown backend gets a spare that follows from its name alone, so that it is the same in every run.
    """
    colour, marker = KNOWN.get(backend) or _spare(backend)
    return Style(colour, marker, LINES[variant % len(LINES)], FILLS[variant % len(FILLS)])


def _spare(backend: str) -> tuple[str, str]:
    number = crc32(backend.encode())
    return SPARE_COLOURS[number % len(SPARE_COLOURS)], SPARE_MARKERS[number % len(SPARE_MARKERS)]
