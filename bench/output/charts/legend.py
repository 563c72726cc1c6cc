"""The legend that all panels of a page share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bench.output.charts.style import Style, ceiling_line, cores_line, critical_path_line, cross, ideal_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.charts.workers_panel import WorkersPanel
from bench.output.wording import formatting

MOST_COLUMNS = 4
PAGE_POINTS, HANDLE_POINTS, LETTER_POINTS = 630, 55, 6.2  # widths at the size the legend is set in
FONT_SIZE = 10.5


@dataclass(frozen=True)
class Legend:
    """The entries of a legend: a label and what it stands for."""

    entries: Sequence[tuple[str, Artist]]

    @property
    def columns(self) -> int:
        """The number of entries that fit side by side, at least one."""
        longest = max((len(name) for name, _ in self.entries), default=0)
        return max(1, min(MOST_COLUMNS, int(PAGE_POINTS / (HANDLE_POINTS + LETTER_POINTS * longest))))

    @property
    def lines(self) -> int:
        """The number of lines it takes."""
        return -(-len(self.entries) // self.columns)

    def draw(self, figure: Figure, bottom: float) -> None:
        """Add it to the page, centred, with its bottom at this share of the page's height."""
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


def legend_of(panels: Sequence[WorkersPanel], view: View, theme: Theme) -> Legend:
    """One entry for each backend configuration that is drawn, and for everything else that the panels show."""
    drawn = {case.config for panel in panels if panel.drawable for case in panel.candidates}
    styles = view.styles(theme)
    entries = [(name, config_line(styles[config])) for config, name in view.labels.items() if config in drawn]
    return Legend([*entries, *_bounds(panels, theme), *_failures(panels, theme)])


def _bounds(panels: Sequence[WorkersPanel], theme: Theme) -> Iterable[tuple[str, Line2D]]:
    if any(panel.has_speedups for panel in panels):
        yield "baseline (sequential)", Line2D([], [], color=theme.foreground, linewidth=1.2)
    ideals = {panel.waits for panel in panels if panel.has_speedups and panel.items}
    if False in ideals:
        yield "ideal for equal tasks", Line2D([], [], **ideal_line(theme))
    if True in ideals:
        yield "critical path of equal waits", Line2D([], [], **critical_path_line(theme))
    if any(panel.has_speedups and panel.under_ceiling for panel in panels):
        yield "measured ceiling of this machine", Line2D([], [], **ceiling_line(theme))
    if cores := [panel.cores for panel in panels if panel.shows_cores]:
        yield formatting.counted(cores[0] or 0, "usable core"), Line2D([], [], **cores_line(theme))


def _failures(panels: Sequence[WorkersPanel], theme: Theme) -> Iterable[tuple[str, Line2D]]:
    statuses = sorted({case.status for panel in panels if panel.drawable for case in panel.candidates if not case.ok})
    if statuses:
        yield f"not ok: {', '.join(statuses)}", Line2D([], [], **cross(theme.muted))


def config_line(style: Style) -> Line2D:
    """The legend handle of a backend configuration."""
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
