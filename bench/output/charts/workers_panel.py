"""Panels with the number of workers on the x axis, and the parts that several kinds of chart draw on them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory
from numpy.typing import NDArray

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate, highs, lows, points
from bench.output.charts.chart_text import fact_lines, name_lines
from bench.output.charts.scales import beside
from bench.output.charts.style import Style, Styles, ceiling_band, ceiling_line, cores_line, cross
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import BackendConfig, Bound, ScalingKind

LOWEST_CROSS, CROSS_STEP = 0.04, 0.06  # of the panel's height


@dataclass(frozen=True)
class WorkersPanel:
    """One panel: the cases of one workload, by backend and workers, and the usable cores."""

    name: Sequence[str]
    facts: Sequence[str]
    cases: Sequence[CaseSummary]
    cores: int | None

    @property
    def candidates(self) -> list[CaseSummary]:
        """All cases but the baseline."""
        return [case for case in self.cases if not case.is_baseline]

    @property
    def has_speedups(self) -> bool:
        """Whether any case but the baseline has a speedup."""
        return any(case.speedup is not None for case in self.candidates)

    @property
    def weak(self) -> bool:
        """Whether the batch grows with the number of workers."""
        return any(case.scaling == ScalingKind.WEAK for case in self.cases)

    @property
    def drawable(self) -> bool:
        """Whether there is a point to draw."""
        return any(case.ok for case in self.candidates)

    @property
    def counts(self) -> list[int]:
        """The numbers of workers measured."""
        return sorted({case.workers for case in self.candidates})

    @property
    def items(self) -> int | None:
        """The number of items in the batch; None if it is unknown, or not the same for all."""
        return None if self.weak else next((case.items for case in self.cases if case.items), None)

    @property
    def waits(self) -> bool:
        """Whether the workload waits rather than computes, so that its ideal is a critical path."""
        return self.cases[0].bound == Bound.IO

    @property
    def under_ceiling(self) -> list[CaseSummary]:
        """For each number of workers above 1 that has a measured ceiling, one case, in ascending order."""
        cases = {case.workers: case for case in self.candidates if case.workers > 1 and case.ceiling is not None}
        return [cases[workers] for workers in sorted(cases)]

    @property
    def shows_cores(self) -> bool:
        """Whether the number of cores lies within the range of workers."""
        return self.drawable and self.cores is not None and self.cores <= self.counts[-1]


def workers_panels(view: View) -> list[WorkersPanel]:
    """One panel per workload and interpreter."""
    subjects = by_subject(view.summaries)
    return [
        WorkersPanel(
            name=name_lines(subject.workload),
            facts=fact_lines([*apart(subject, subjects), *_facts(cases)]),
            cases=cases,
            cores=view.run.cores_usable,
        )
        for subject, cases in subjects.items()
    ]


def why_empty(panel: WorkersPanel) -> str:
    """The reason why a panel has no points."""
    statuses = sorted({case.status for case in panel.cases if not case.ok})
    return f"not ok: {formatting.listed(statuses)}" if statuses else "only the baseline was measured"


def gapped(values: Iterable[float | None]) -> NDArray[np.float64]:
    """Values with a gap for each that is unknown."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def by_config(axes: Axes, panel: WorkersPanel) -> Iterator[tuple[BackendConfig, list[CaseSummary], list[float]]]:
    """The cases of each backend configuration with their x positions, offset so that no point hides another."""
    groups = [(config, list(group)) for config, group in groupby(panel.candidates, key=lambda case: case.config)]
    shifts = beside(axes.get_xlim(), panel.counts, len(groups))
    for (config, cases), shift in zip(groups, shifts, strict=True):
        yield config, cases, [case.workers * shift for case in cases]


def draw_estimates(
    axes: Axes, panel: WorkersPanel, styles: Styles, estimate: Callable[[CaseSummary], Estimate | None]
) -> None:
    """One line per backend configuration, with bars and a band for the intervals."""
    for config, cases, workers in by_config(axes, panel):
        style = styles[config]
        estimates = [estimate(case) for case in cases]
        low, high = gapped(lows(estimates)), gapped(highs(estimates))
        axes.fill_between(workers, low, high, color=style.colour, alpha=0.15, linewidth=0)
        axes.vlines(workers, low, high, color=style.colour, linewidth=1.2)
        draw_line(axes, workers, gapped(points(estimates)), style)


def draw_line(axes: Axes, workers: Sequence[float], values: NDArray[np.float64], style: Style) -> None:
    """Points joined by a line, with gaps for unknown values."""
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


def draw_ceiling(axes: Axes, panel: WorkersPanel, theme: Theme, per_worker: bool = False) -> list[float]:
    """The measured ceiling with the band of its interval, from 1 worker so that a single count has a line.

    Returns the values drawn, which the axis must make room for.
    """
    cases = panel.under_ceiling
    if not cases:
        return []
    counts = np.array([1, *(case.workers for case in cases)], dtype=float)
    divisors = counts if per_worker else np.ones_like(counts)
    ceilings = [Estimate(1.0, 1.0, 1.0), *(case.ceiling for case in cases)]
    middle, low, high = (gapped(part(ceilings)) / divisors for part in (points, lows, highs))
    axes.fill_between(counts, low, high, **ceiling_band(theme))
    axes.plot(counts, middle, **ceiling_line(theme), zorder=1.6)
    return [*middle, *low[~np.isnan(low)], *high[~np.isnan(high)]]


def draw_cores(axes: Axes, cores: int, theme: Theme, at_foot: bool = False) -> None:
    """A vertical line at the number of usable cores, labelled at its top or at its foot."""
    axes.axvline(cores, **cores_line(theme), zorder=1)
    label = axes.text(
        cores,
        0.02 if at_foot else 0.99,
        f"{formatting.counted(cores, 'core')} ",
        rotation=90,
        ha="right",
        va="bottom" if at_foot else "top",
        transform=blended_transform_factory(axes.transData, axes.transAxes),
        fontsize=9,
        color=theme.muted,
        zorder=1.7,
    )
    label.set_bbox({"facecolor": theme.background, "edgecolor": "none", "alpha": 0.8, "pad": 0.5})


def draw_crosses(axes: Axes, failed: Iterable[tuple[int, str]]) -> None:
    """A cross at the panel's foot for each failed case, given as workers and colour, stacked if they coincide."""
    at_foot = blended_transform_factory(axes.transData, axes.transAxes)
    drawn: dict[int, int] = {}
    for workers, colour in failed:
        below = drawn.setdefault(workers, 0)
        drawn[workers] += 1
        axes.plot(workers, LOWEST_CROSS + CROSS_STEP * below, transform=at_foot, zorder=5, **cross(colour))


def failed_cases(panel: WorkersPanel, styles: Styles) -> list[tuple[int, str]]:
    """The workers and the colour of each case that is not ok."""
    return [(case.workers, styles[case.config].colour) for case in panel.candidates if not case.ok]


def _facts(cases: Sequence[CaseSummary]) -> list[str]:
    """The baseline's time, which the speedups refer to, and the size of the batch."""
    baselines = [
        f"baseline {formatting.seconds(case.median_s)}" for case in cases if case.is_baseline and case.median_s
    ]
    weak = any(case.scaling == ScalingKind.WEAK for case in cases)
    items = [formatting.counted(case.items, "item") for case in cases if case.items is not None]
    per_worker = [f"weak scaling, {items[0]} per worker"] if weak and items else items[:1]
    return [*baselines[:1], *per_worker]
