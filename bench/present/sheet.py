"""A drawn page put together: a title, named panels, a legend and a footer; and its files."""

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.load import Run
from bench.errors import RecordError
from bench.present import words
from bench.present.legend import Legend
from bench.present.page import MARGIN, NAME_LINE, POINTS, WIDTH, Page

TITLE_LETTERS, NAME_LETTERS, FACT_LETTERS, FOOTER_LETTERS = 62, 38, 46, 112  # that fit a line
FORMATS = ("png", "svg")
FONTS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
}
SAVING: dict[Any, Any] = {**FONTS, "svg.fonttype": "none", "svg.hashsalt": "concurrency-bench"}


class Named(Protocol):
    """What any panel has: its name, and the facts that stand below it, in lines."""

    @property
    def name(self) -> Sequence[str]: ...
    @property
    def facts(self) -> Sequence[str]: ...


Shown = TypeVar("Shown", bound=Named)


def sheet(
    panels: Sequence[Shown], draw: Callable[[Axes, Shown], None], legend: Legend, title: str, footer: str
) -> Figure:
    """The page, each of its panels drawn by `draw`; title and footer on as many lines as they need."""
    titles, feet = textwrap.wrap(title, TITLE_LETTERS), textwrap.wrap(footer, FOOTER_LETTERS)
    name_lines = max(len(panel.name) + len(panel.facts) for panel in panels)
    page = Page(len(panels), len(titles), name_lines, legend.lines, len(feet))
    with matplotlib.rc_context(FONTS):
        figure = page.figure()
        top, left = 1 - MARGIN / page.height, MARGIN / WIDTH
        figure.text(left, top, "\n".join(titles), fontsize=14, weight="bold", va="top")
        for axes, panel in zip(page.axes(figure), panels, strict=True):
            draw(axes, panel)
            _name(axes, panel)
        legend.draw(figure, page.legend_bottom)
        figure.text(left, MARGIN / page.height, "\n".join(feet), fontsize=9, color="#444444")
    return figure


def save(figure: Figure, folder: Path, stem: str, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write the figure as folder/stem.png and so on, the same bytes each time; the paths. Raises RecordError."""
    paths = [folder / f"{stem}.{form}" for form in formats]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, form in zip(paths, formats, strict=True):
            with matplotlib.rc_context(SAVING):
                figure.savefig(path, format=form, metadata={"Date": None} if form == "svg" else None)
    except OSError as error:
        raise RecordError(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from error
    return paths


def name_lines(name: str) -> list[str]:
    """A panel's name, in lines that fit above it."""
    return textwrap.wrap(words.clean(name), NAME_LETTERS)


def fact_lines(facts: Sequence[str]) -> list[str]:
    """What stands below a panel's name, in lines that fit above it."""
    return textwrap.wrap(", ".join(facts), FACT_LETTERS)


def surroundings(run: Run) -> str:
    """Where a run was measured and with what, for its footer."""
    machine = [str(run.machine[fact]) for fact in ("cpu_model", "system") if run.machine.get(fact)]
    cores = [words.counted(run.cores_usable, "usable core")] if run.cores_usable else []
    facts = [*machine, *cores, *(f"Python {version}" for version in run.pythons), words.counted(run.rounds, "round")]
    return words.clean(", ".join(facts))


def _name(axes: Axes, panel: Named) -> None:
    """The panel's name above it, and under that, smaller, what goes with it."""
    gap = len(panel.facts) * NAME_LINE * POINTS + 6
    axes.set_title("\n".join(panel.name), loc="left", fontsize=12, weight="bold", pad=gap)
    above: dict[str, Any] = {"xytext": (0, 5), "textcoords": "offset points", "xycoords": "axes fraction"}
    axes.annotate("\n".join(panel.facts), (0, 1), **above, va="bottom", fontsize=10, color="#444444")
