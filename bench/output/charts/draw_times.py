"""Drawing one panel of times: an interpreter a line, against the number of workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from bench.analysis.interpreter_comparison import Row
from bench.output.charts.draw_panel import CROSS_STEP, LOWEST_CROSS
from bench.output.charts.scales import scale_seconds, scale_workers
from bench.output.charts.sheet import say_nothing_to_draw
from bench.output.charts.style import Style, cross, loop_line
from bench.output.charts.theme import Theme
from bench.output.wording import formatting

ASIDE = 1.035  # by which neighbours stand apart, so that no bar hides another


@dataclass(frozen=True)
class TimePanel:
    """One way of running one piece of work: a row for each number of workers, and by interpreter the plain loop's time.

    `scale` holds all times that the axis must have room for, in seconds, whether drawn here or in a panel beside.
    """

    name: Sequence[str]
    facts: Sequence[str]
    rows: Sequence[Row]
    loops: Mapping[str, float]
    scale: Sequence[float]

    @property
    def statuses(self) -> set[str]:
        """What became of the cases that have no time."""
        return {cell.case.status for row in self.rows for cell in row.cells.values() if not cell.case.ok}


def draw_times(axes: Axes, panel: TimePanel, styles: Mapping[str, Style], theme: Theme) -> None:
    """Times where there are any, else why there are none."""
    if not panel.scale:
        why = f"not ok: {formatting.listed(sorted(panel.statuses))}" if panel.statuses else "no time is known"
        say_nothing_to_draw(axes, why, theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    scale_workers(axes, [row.workers for row in panel.rows] or [1])
    scale_seconds(axes, panel.scale)
    axes.set_xlabel("workers")
    axes.set_ylabel("time")
    for place, (python, style) in enumerate(styles.items()):
        if python in panel.loops:
            axes.axhline(panel.loops[python], zorder=1.8, **loop_line(style.colour))
        _draw_line(axes, panel.rows, python, style, ASIDE ** (place - (len(styles) - 1) / 2))
    _draw_crosses(axes, panel.rows, styles)


def _draw_line(axes: Axes, rows: Sequence[Row], python: str, style: Style, aside: float) -> None:
    cells = [row.cells.get(python) for row in rows]
    workers = [row.workers * aside for row in rows]
    look: dict[str, Any] = {"color": style.colour, "linewidth": 1.8, "markersize": 6, "fillstyle": style.fill}
    times = [np.nan if cell is None or cell.seconds is None else cell.seconds for cell in cells]
    low = [np.nan if cell is None or cell.low_s is None else cell.low_s for cell in cells]
    high = [np.nan if cell is None or cell.high_s is None else cell.high_s for cell in cells]
    axes.vlines(workers, low, high, color=style.colour, linewidth=1.2)
    axes.plot(workers, times, marker=style.marker, linestyle=style.line, **look)


def _draw_crosses(axes: Axes, rows: Sequence[Row], styles: Mapping[str, Style]) -> None:
    """A cross at the panel's foot for each case that is not ok, one above the other."""
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    for row in rows:
        failed = [python for python in styles if python in row.cells and not row.cells[python].case.ok]
        for below, python in enumerate(failed):
            look, height = cross(styles[python].colour), LOWEST_CROSS + CROSS_STEP * below
            axes.plot(row.workers, height, transform=at_foot, zorder=5, **look)
