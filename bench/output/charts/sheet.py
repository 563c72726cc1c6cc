"""A page put together: a title, named panels, a legend and a footer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.output.charts.chart_text import footer_lines, title_lines
from bench.output.charts.legend import Legend
from bench.output.charts.page import MARGIN, NAME_LINE, POINTS, WIDTH, Layout, Page
from bench.output.charts.theme import Theme
from bench.output.wording import formatting
from bench.results.load import Run

FONTS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
}


class Named(Protocol):
    """Any panel: its name, and the facts below it, as lines."""

    @property
    def name(self) -> Sequence[str]: ...
    @property
    def facts(self) -> Sequence[str]: ...


Shown = TypeVar("Shown", bound=Named)


@dataclass(frozen=True)
class Sheet:
    """A page around its panels; title and footer take as many lines as they need."""

    title: str
    footer: str
    legend: Legend
    theme: Theme
    layout: Layout = field(default_factory=Layout)

    def compose(self, panels: Sequence[Shown], draw: Callable[[Axes, Shown], None]) -> Figure:
        """The page, with each panel drawn by `draw`."""
        titles, feet = title_lines(self.title), footer_lines(self.footer)
        name_lines = max(len(panel.name) + len(panel.facts) for panel in panels)
        page = Page(len(panels), len(titles), name_lines, self.legend.lines, len(feet), self.layout)
        with matplotlib.rc_context(FONTS | self.theme.settings):
            figure = page.figure()
            top, left = 1 - MARGIN / page.height, MARGIN / WIDTH
            figure.text(left, top, "\n".join(titles), fontsize=14, weight="bold", va="top")
            for axes, panel in zip(page.axes(figure), panels, strict=True):
                draw(axes, panel)
                _name(axes, panel, self.theme)
            for axes in figure.axes:
                axes.tick_params(colors=self.theme.foreground)  # ticks created on rendering would have no theme
            self.legend.draw(figure, page.legend_bottom)
            figure.text(left, MARGIN / page.height, "\n".join(feet), fontsize=9, color=self.theme.muted)
        return figure


def provenance(run: Run) -> str:
    """The machine, the interpreters and the number of rounds, for the footer."""
    machine = [str(run.machine[fact]) for fact in ("cpu_model", "system") if run.machine.get(fact)]
    cores = [formatting.counted(run.cores_usable, "usable core")] if run.cores_usable else []
    facts = [
        *machine,
        *cores,
        *(f"Python {interpreter}" for interpreter in run.interpreters),
        formatting.counted(run.rounds, "round"),
    ]
    return formatting.clean(", ".join(facts))


def draw_empty(axes: Axes, reason: str, theme: Theme) -> None:
    """An empty panel with the reason why it is empty."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color(theme.grid)
    axes.text(0.5, 0.5, f"nothing to draw\n{reason}", ha="center", va="center", transform=axes.transAxes)


def _name(axes: Axes, panel: Named, theme: Theme) -> None:
    """The panel's name above it, with the facts in smaller type below the name."""
    gap = len(panel.facts) * NAME_LINE * POINTS + 6
    axes.set_title("\n".join(panel.name), loc="left", fontsize=12, weight="bold", pad=gap)
    above: dict[str, Any] = {"xytext": (0, 5), "textcoords": "offset points", "xycoords": "axes fraction"}
    axes.annotate("\n".join(panel.facts), (0, 1), **above, va="bottom", fontsize=10, color=theme.muted)
