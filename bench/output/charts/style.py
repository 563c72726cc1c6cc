"""One colour and one marker per backend and per interpreter, distinguishable by colour-blind readers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zlib import crc32

from bench.output.charts.theme import Theme
from bench.schema import BASELINE, BackendConfig

Line = Literal["-", "--", ":", "-.", ""]
Fill = Literal["full", "none", "left", "bottom"]
MARKERS = {
    BASELINE: ".",
    "threading": "o",
    "multiprocessing": "s",
    "asyncio": "^",
    "asyncio-threads": "v",
    "dask": "<",
    "interpreters": "h",
    "joblib": "p",
    "processes-asyncio": "*",
    "processes-threads": "P",
    "ray": ">",
}
SPARE_MARKERS = ("X", "d", "8")
INTERPRETER_MARKERS = ("D", "v", "P", "X", "h", "<")
LINES: tuple[Line, ...] = ("-", "--", ":", "-.")
FILLS: tuple[Fill, ...] = ("full", "none", "left", "bottom")


@dataclass(frozen=True)
class Style:
    """How a backend configuration or an interpreter is drawn, in matplotlib's terms."""

    colour: str
    marker: str
    line: Line
    fill: Fill = "full"


Styles = Mapping[BackendConfig, Style]


def style_of(backend: str, variant: int, theme: Theme) -> Style:
    """The style of a backend; its variants share colour and marker, and differ in line style and marker fill.

    An unknown backend gets a spare style that depends on its name alone, so that it is the same in every run.
    """
    number = crc32(backend.encode())
    colour = theme.backends.get(backend, theme.spares[number % len(theme.spares)])
    marker = MARKERS.get(backend, SPARE_MARKERS[number % len(SPARE_MARKERS)])
    return Style(colour, marker, LINES[variant % len(LINES)], FILLS[variant % len(FILLS)])


def interpreter_styles(pythons: Iterable[str], theme: Theme) -> dict[str, Style]:
    """The style of each interpreter, none of them a backend's; from the seventh on, only the marker fill differs."""
    colours, count = theme.interpreters, len(INTERPRETER_MARKERS)
    return {
        python: Style(
            colours[place % count], INTERPRETER_MARKERS[place % count], "-", FILLS[place // count % len(FILLS)]
        )
        for place, python in enumerate(pythons)
    }


def ideal_line(theme: Theme) -> dict[str, Any]:
    """The ideal speedup of equal tasks."""
    return {"color": theme.faint, "linestyle": (0, (5, 3)), "linewidth": 1.2}


def critical_path_line(theme: Theme) -> dict[str, Any]:
    """The critical path of equal waits."""
    return {"color": theme.faint, "linestyle": (0, (8, 2, 1, 2, 1, 2)), "linewidth": 1.2}


def ceiling_line(theme: Theme) -> dict[str, Any]:
    """The measured ceiling."""
    return {"color": theme.ceiling, "linestyle": "-.", "linewidth": 1.6}


def ceiling_band(theme: Theme) -> dict[str, Any]:
    """The interval of the ceiling."""
    return {"color": theme.ceiling, "alpha": 0.12, "linewidth": 0}


def baseline_line(colour: str) -> dict[str, Any]:
    """The baseline's time."""
    return {"color": colour, "linestyle": (0, (4, 2)), "linewidth": 1.2}


def cores_line(theme: Theme) -> dict[str, Any]:
    """The number of usable cores."""
    return {"color": theme.faint, "linestyle": ":", "linewidth": 1.5}


def amdahl_line(theme: Theme) -> dict[str, Any]:
    """The curve of Amdahl's law, drawn over that of the other law, with which it may coincide."""
    return {"color": theme.foreground, "linestyle": (0, (4, 4)), "linewidth": 1.4, "zorder": 1.9}


def usl_line(colour: str) -> dict[str, Any]:
    """The curve of the Universal Scalability Law."""
    return {"color": colour, "linestyle": "-", "linewidth": 1.8, "zorder": 1.8}


def peak_line(theme: Theme) -> dict[str, Any]:
    """The number of workers with the highest throughput."""
    return {"color": theme.ceiling, "linestyle": "-.", "linewidth": 1.4}


def peak_band(theme: Theme) -> dict[str, Any]:
    """The interval of the peak."""
    return {"color": theme.ceiling, "alpha": 0.12, "linewidth": 0}


def cross(colour: str) -> dict[str, Any]:
    """A case that is not ok."""
    return {"color": colour, "marker": "x", "linestyle": "none", "markersize": 7, "markeredgewidth": 2}
