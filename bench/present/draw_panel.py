"""Drawing one panel: the speedup of each way of running one piece of work, against the number of workers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import Way
from bench.present import words
from bench.present.draw_bounds import draw_bounds, draw_cores, gapped
from bench.present.panel import Panel
from bench.present.scales import beside, scale_seconds, scale_speedups, scale_workers
from bench.present.style import BLACK, Style

Styles = Mapping[Way, Style]
LOWEST_CROSS, CROSS_STEP = 0.04, 0.06  # of the panel's height


def draw(axes: Axes, panel: Panel, styles: Styles) -> None:
    """Speedups where there are any, else times, else why there is nothing."""
    if not panel.drawable:
        _say_why_empty(axes, panel)
        return
    axes.grid(True, color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("workers")
    scale_workers(axes, panel.counts)
    if panel.has_speedups:
        _draw_speedups(axes, panel, styles)
    else:
        _draw_times(axes, panel, styles)
    _draw_crosses(axes, panel.rivals, styles)
    if panel.shows_cores and panel.cores:
        draw_cores(axes, panel.cores)


def _draw_speedups(axes: Axes, panel: Panel, styles: Styles) -> None:
    figures = [figure for case in panel.rivals for figure in (case.speedup, case.speedup_low, case.speedup_high)]
    scale_speedups(axes, [*filter(None, figures), *draw_bounds(axes, panel)])
    axes.set_ylabel("speedup")
    axes.axhline(1, color=BLACK, linewidth=1.2, zorder=1.8)
    for way, cases, workers in _by_way(axes, panel):
        style = styles[way]
        low, high = gapped(case.speedup_low for case in cases), gapped(case.speedup_high for case in cases)
        axes.fill_between(workers, low, high, color=style.colour, alpha=0.15, linewidth=0)
        axes.vlines(workers, low, high, color=style.colour, linewidth=1.2)
        _draw_line(axes, workers, gapped(case.speedup for case in cases), style)


def _draw_times(axes: Axes, panel: Panel, styles: Styles) -> None:
    scale_seconds(axes, [case.median_s for case in panel.rivals if case.ok and case.median_s])
    axes.set_ylabel("median time")
    for way, cases, workers in _by_way(axes, panel):
        times = gapped(case.median_s if case.ok else None for case in cases)
        _draw_line(axes, workers, times, styles[way])


def _draw_line(axes: Axes, workers: Sequence[float], values: NDArray[np.float64], style: Style) -> None:
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


def _draw_crosses(axes: Axes, cases: Iterable[CaseSummary], styles: Styles) -> None:
    """A cross at the panel's foot for each case that is not ok, one above the other where they share a place."""
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    crosses: dict[int, int] = {}
    for case in cases:
        if not case.ok:
            below = crosses.setdefault(case.workers, 0)
            crosses[case.workers] += 1
            look: dict[str, Any] = {
                "color": styles[case.way].colour,
                "markersize": 7,
                "markeredgewidth": 2,
                "zorder": 5,
            }
            axes.plot(case.workers, LOWEST_CROSS + CROSS_STEP * below, "x", transform=at_foot, **look)


def _say_why_empty(axes: Axes, panel: Panel) -> None:
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color("#dddddd")
    statuses = sorted({case.status for case in panel.cases if not case.ok})
    why = f"not ok: {words.listed(statuses)}" if statuses else "only the plain loop was measured"
    axes.text(0.5, 0.5, f"nothing to draw\n{why}", ha="center", va="center", transform=axes.transAxes)


def _by_way(axes: Axes, panel: Panel) -> Iterator[tuple[Way, list[CaseSummary], list[float]]]:
    """The cases of each way, and where they stand: beside those of the other ways, so that each can be seen."""
    groups = [(way, list(group)) for way, group in groupby(panel.rivals, key=lambda case: case.way)]
    shifts = beside(axes.get_xlim(), panel.counts, len(groups))
    for (way, cases), shift in zip(groups, shifts, strict=True):
        yield way, cases, [case.workers * shift for case in cases]
