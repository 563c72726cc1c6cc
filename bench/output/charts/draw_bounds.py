"""Drawing what limits the speedups of a panel: equal tasks or waits, the machine's ceiling, its cores."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from bench.analysis.summary import ideal_speedup
from bench.output.charts.panel import Panel
from bench.output.charts.style import ceiling_band, ceiling_line, cores_line, critical_path_line, ideal_line
from bench.output.charts.theme import Theme
from bench.output.wording import formatting


def draw_bounds(axes: Axes, panel: Panel, theme: Theme) -> list[float]:
    """The bounds of speedups; the figures drawn, for the axis to hold."""
    return [*_draw_ideal(axes, panel, theme), *_draw_ceiling(axes, panel, theme)]


def draw_cores(axes: Axes, cores: int, theme: Theme) -> None:
    """Where the workers are as many as the usable cores."""
    axes.axvline(cores, **cores_line(theme), zorder=1)
    at_top = blended_transform_factory(axes.transData, axes.transAxes)
    text = f"{formatting.counted(cores, 'core')} "
    label = axes.text(
        cores,
        0.99,
        text,
        rotation=90,
        ha="right",
        va="top",
        transform=at_top,
        fontsize=9,
        color=theme.muted,
        zorder=1.7,
    )
    label.set_bbox({"facecolor": theme.background, "edgecolor": "none", "alpha": 0.8, "pad": 0.5})


def _draw_ideal(axes: Axes, panel: Panel, theme: Theme) -> list[float]:
    """The speedups that equal tasks, or equal waits, would have; none where the number of items is not known."""
    if panel.items is None:
        return []
    workers = range(1, panel.counts[-1] + 1)
    ideal = [ideal_speedup(panel.items, count) for count in workers]
    axes.plot(workers, ideal, **(critical_path_line(theme) if panel.waits else ideal_line(theme)), zorder=1.5)
    return ideal


def _draw_ceiling(axes: Axes, panel: Panel, theme: Theme) -> list[float]:
    """What so many busy processes at once were measured to give, the honest limit, in a band of its interval.

    From the 1 that one of them gives, so that a single count has a line.
    """
    cases = panel.under_ceiling
    if not cases:
        return []
    counts, points = [1, *(case.workers for case in cases)], gapped([1.0, *(case.ceiling for case in cases)])
    lows = gapped([1.0, *(case.ceiling_low for case in cases)])
    highs = gapped([1.0, *(case.ceiling_high for case in cases)])
    axes.fill_between(counts, lows, highs, **ceiling_band(theme))
    axes.plot(counts, points, **ceiling_line(theme), zorder=1.6)
    return [*points, *lows[~np.isnan(lows)], *highs[~np.isnan(highs)]]


def gapped(values: Iterable[float | None]) -> NDArray[np.float64]:
    """Values with gaps where they are unknown."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)
