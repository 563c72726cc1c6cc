"""The one legend that all panels share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.analysis.trials import Way
from bench.present import words
from bench.present.panel import Panel
from bench.present.style import BLACK, CEILING_LINE, CORES, CRITICAL_PATH_LINE, IDEAL_LINE, Style

MOST_COLUMNS = 4
PAGE_POINTS, HANDLE_POINTS, LETTER_POINTS = 630, 55, 6.2  # widths at the size the legend is set in
FONT_SIZE = 10.5


@dataclass(frozen=True)
class Legend:
    """What each line on the page means."""

    entries: Sequence[tuple[str, Line2D]]

    @property
    def columns(self) -> int:
        """As many as fit side by side, at least one."""
        longest = max((len(name) for name, _ in self.entries), default=0)
        return max(1, min(MOST_COLUMNS, int(PAGE_POINTS / (HANDLE_POINTS + LETTER_POINTS * longest))))

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return -(-len(self.entries) // self.columns)

    def draw(self, figure: Figure, bottom: float) -> None:
        """Put it in the middle of the page, its foot at a share of the page's height."""
        figure.legend(
            [handle for _, handle in self.entries],
            [name for name, _ in self.entries],
            loc="lower center",
            bbox_to_anchor=(0.5, bottom),
            ncols=self.columns,
            frameon=False,
            fontsize=FONT_SIZE,
            borderaxespad=0,
            borderpad=0,
            handlelength=2.6,
        )


def legend_of(panels: Sequence[Panel], labels: Mapping[Way, str], styles: Mapping[Way, Style]) -> Legend:
    """An entry for each way that is drawn somewhere, and for whatever else the panels show."""
    drawn = {case.way for panel in panels if panel.drawable for case in panel.rivals}
    entries = [(name, _way_line(styles[way])) for way, name in labels.items() if way in drawn]
    return Legend([*entries, *_bounds(panels), *_failures(panels)])


def _bounds(panels: Sequence[Panel]) -> Iterable[tuple[str, Line2D]]:
    if any(panel.has_speedups for panel in panels):
        yield "sequential (plain loop)", Line2D([], [], color=BLACK, linewidth=1.2)
    ideals = {panel.waits for panel in panels if panel.has_speedups and panel.items}
    if False in ideals:
        yield "ideal for equal tasks", Line2D([], [], **IDEAL_LINE)
    if True in ideals:
        yield "critical path of equal waits", Line2D([], [], **CRITICAL_PATH_LINE)
    if any(panel.has_speedups and panel.under_ceiling for panel in panels):
        yield "measured ceiling of this machine", Line2D([], [], **CEILING_LINE)
    if cores := [panel.cores for panel in panels if panel.shows_cores]:
        yield words.counted(cores[0] or 0, "usable core"), Line2D([], [], color=CORES, linestyle=":", linewidth=1.5)


def _failures(panels: Sequence[Panel]) -> Iterable[tuple[str, Line2D]]:
    statuses = sorted({case.status for panel in panels if panel.drawable for case in panel.rivals if not case.ok})
    if statuses:
        cross = Line2D([], [], color="#444444", marker="x", linestyle="none", markersize=7, markeredgewidth=2)
        yield f"not ok: {', '.join(statuses)}", cross


def _way_line(style: Style) -> Line2D:
    return Line2D(
        [],
        [],
        color=style.colour,
        marker=style.marker,
        linestyle=style.line,
        linewidth=1.8,
        markersize=6,
        fillstyle=style.fill,
    )
