"""Drawing the timelines of one piece of work: a lane a worker, a bar an item, on one axis of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from bench.analysis.timeline import TracedCase
from bench.output.charts.draw_panel import Styles
from bench.output.charts.scales import scale_elapsed
from bench.output.charts.theme import Theme

LANE, HEAD = 0.13, 0.46  # inches: a lane, and the two lines above each case
FEWEST_LANES = 2  # that a case has room for
MOST_BORDERED = 400  # items in a lane: the borders of more would be all that is seen
START_HATCH = "/////"


@dataclass(frozen=True)
class TimelinePanel:
    """One piece of work: its traced cases, one below the other, and what is said above each.

    `spare` is how much higher the panel beside it is, in inches.
    """

    name: Sequence[str]
    facts: Sequence[str]
    cases: Sequence[TracedCase]
    labels: Sequence[str]
    spare: float = 0.0

    @property
    def heights(self) -> list[float]:
        """Of each case, in inches."""
        return [LANE * max(FEWEST_LANES, len(case.lanes)) for case in self.cases]

    @property
    def height(self) -> float:
        """Of all, in inches."""
        return sum(self.heights) + HEAD * len(self.cases)


def draw_timeline(axes: Axes, panel: TimelinePanel, styles: Styles, theme: Theme) -> None:
    """The panel's own axes only hold its name; its place is shared out, with room for a line above each case."""
    axes.set_axis_off()
    place = axes.get_subplotspec()
    assert place is not None
    parts = [*(part for height in panel.heights for part in (HEAD, height)), panel.spare]
    grid = place.subgridspec(len(parts), 1, height_ratios=parts, hspace=0)
    end_s = max(case.end_s for case in panel.cases) or 1.0
    for number, (case, label) in enumerate(zip(panel.cases, panel.labels, strict=True)):
        within = axes.figure.add_subplot(grid[2 * number + 1])
        _draw_lanes(within, case, styles, theme)
        within.set_title(label, loc="left", fontsize=8.5, pad=3)
        scale_elapsed(within, end_s * 1.01)
        within.grid(True, axis="x", color=theme.grid, linewidth=0.8)
        within.set_axisbelow(True)
        within.tick_params(axis="x", labelbottom=case is panel.cases[-1], length=3 if case is panel.cases[-1] else 0)


def _draw_lanes(axes: Axes, case: TracedCase, styles: Styles, theme: Theme) -> None:
    colour = styles[case.case.config].colour
    shades = (to_rgba(colour), to_rgba(colour, 0.62))
    axes.set_ylim(len(case.lanes) - 0.5, -0.5)
    axes.set_yticks([])
    for row, lane in enumerate(case.lanes):
        if lane.ready_s:
            look: dict[str, Any] = {"facecolor": theme.band, "edgecolor": theme.muted, "hatch": START_HATCH}
            axes.barh(row, lane.ready_s, 0.78, **look, linewidth=0.4)
        border: dict[str, Any] = (
            {"edgecolor": theme.background, "linewidth": 0.4} if len(lane.items) <= MOST_BORDERED else {}
        )
        bars = [(began, ended - began) for began, ended in lane.items]
        axes.broken_barh(bars, (row - 0.39, 0.78), facecolors=shades, **border)
