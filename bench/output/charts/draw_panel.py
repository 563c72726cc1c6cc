"""Drawing one panel: the speedup of each way of running one piece of work, against the number of workers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import BackendConfig
from bench.output.charts.draw_bounds import draw_bounds, draw_cores, gapped
from bench.output.charts.panel import Panel
from bench.output.charts.scales import beside, scale_seconds, scale_speedups, scale_workers
from bench.output.charts.sheet import say_nothing_to_draw
from bench.output.charts.style import Style, cross
from bench.output.charts.theme import Theme
from bench.output.wording import formatting

Styles = Mapping[BackendConfig, Style]
LOWEST_CROSS, CROSS_STEP = 0.04, 0.06  # of the panel's height


def draw(axes: Axes, panel: Panel, styles: Styles, theme: Theme) -> None:
    """Speedups where there are any, else times, else why there is nothing."""
    if not panel.drawable:
        say_nothing_to_draw(axes, why_empty(panel), theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("workers")
    scale_workers(axes, panel.counts)
    if panel.has_speedups:
        _draw_speedups(axes, panel, styles, theme)
    else:
        _draw_times(axes, panel, styles)
    draw_crosses(axes, panel.rivals, styles)
    if panel.shows_cores and panel.cores:
        draw_cores(axes, panel.cores, theme)


def _draw_speedups(axes: Axes, panel: Panel, styles: Styles, theme: Theme) -> None:
    figures = [figure for case in panel.rivals for figure in (case.speedup, case.speedup_low, case.speedup_high)]
    scale_speedups(axes, [*filter(None, figures), *draw_bounds(axes, panel, theme)])
    axes.set_ylabel("speedup")
    axes.axhline(1, color=theme.foreground, linewidth=1.2, zorder=1.8)
    for config, cases, workers in by_config(axes, panel):
        style = styles[config]
        low, high = gapped(case.speedup_low for case in cases), gapped(case.speedup_high for case in cases)
        axes.fill_between(workers, low, high, color=style.colour, alpha=0.15, linewidth=0)
        axes.vlines(workers, low, high, color=style.colour, linewidth=1.2)
        draw_line(axes, workers, gapped(case.speedup for case in cases), style)


def _draw_times(axes: Axes, panel: Panel, styles: Styles) -> None:
    scale_seconds(axes, [case.median_s for case in panel.rivals if case.ok and case.median_s])
    axes.set_ylabel("median time")
    for config, cases, workers in by_config(axes, panel):
        times = gapped(case.median_s if case.ok else None for case in cases)
        draw_line(axes, workers, times, styles[config])


def draw_line(axes: Axes, workers: Sequence[float], values: NDArray[np.float64], style: Style) -> None:
    """One way's points, joined; a gap where one is not known."""
    axes.plot(
        workers,
        values,
        color=style.colour,
        marker=style.marker,
        linestyle=style.line,
        linewidth=1.8,
        markersize=6,
        fillstyle=style.fill,
    )


def draw_crosses(axes: Axes, cases: Iterable[CaseSummary], styles: Styles) -> None:
    """A cross at the panel's foot for each case that is not ok, one above the other where they share a place."""
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    crosses: dict[int, int] = {}
    for case in cases:
        if not case.ok:
            below = crosses.setdefault(case.workers, 0)
            crosses[case.workers] += 1
            look, height = cross(styles[case.config].colour), LOWEST_CROSS + CROSS_STEP * below
            axes.plot(case.workers, height, transform=at_foot, zorder=5, **look)


def why_empty(panel: Panel) -> str:
    """What became of the cases of a panel that has no point."""
    statuses = sorted({case.status for case in panel.cases if not case.ok})
    return f"not ok: {formatting.listed(statuses)}" if statuses else "only the plain loop was measured"


def by_config(axes: Axes, panel: Panel) -> Iterator[tuple[BackendConfig, list[CaseSummary], list[float]]]:
    """The cases of each way, and where they stand: beside those of the other ways, so that each can be seen."""
    groups = [(config, list(group)) for config, group in groupby(panel.rivals, key=lambda case: case.config)]
    shifts = beside(axes.get_xlim(), panel.counts, len(groups))
    for (config, cases), shift in zip(groups, shifts, strict=True):
        yield config, cases, [case.workers * shift for case in cases]
