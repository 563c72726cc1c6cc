"""Speedup over the baseline by number of workers, with intervals, the machine's ceiling and the critical path."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate, point_of
from bench.analysis.summary import ideal_speedup
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.output.charts.legend import legend_of
from bench.output.charts.scales import scale_seconds, scale_speedups, scale_workers
from bench.output.charts.sheet import Sheet, draw_empty, provenance
from bench.output.charts.style import Styles, critical_path_line, ideal_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.charts.workers_panel import (
    WorkersPanel,
    by_config,
    draw_ceiling,
    draw_cores,
    draw_crosses,
    draw_estimates,
    draw_line,
    failed_cases,
    gapped,
    why_empty,
    workers_panels,
)
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject
from bench.schema import MIN_ROUNDS


def draw(view: View, theme: Theme) -> Figure | None:
    """Speedups with the ideal and the usable cores; times if no case has a speedup."""
    panels = workers_panels(view)
    title = f"{_quantity(panels)}, run {formatting.clean(view.run.name)}"
    sheet = Sheet(title, provenance(view.run) + _intervals(panels), legend_of(panels, view, theme), theme)
    return sheet.compose(panels, partial(_draw_panel, styles=view.styles(theme), theme=theme))


def why_not(view: View) -> str:
    """Never needed: every run has this chart, if only to say that there are no results."""
    return "there are no samples"


def alt(view: View) -> str:
    """The best speedup of each workload."""
    subjects = by_subject(view.summaries)
    findings = [f"{subject_name(subject, subjects)}: {_best(view, cases)}" for subject, cases in subjects.items()]
    return f"{_quantity(workers_panels(view))} by number of workers. {joined(findings)}{not_ok(view.summaries)}"


def table(view: View) -> ChartTable:
    """Every case: its speedup with the interval, its time, the machine's ceiling, its trials."""
    headings = (*CASE_HEADINGS, "speedup", "95 % interval", "median time", "ceiling", "trials")
    return ChartTable(headings, [[*case_cells(view, case), *_figures(case)] for case in view.summaries])


def _figures(case: CaseSummary) -> list[str]:
    interval = case.speedup.interval if case.speedup else None
    return [
        formatting.times(point_of(case.speedup)) if case.ok else case.status,
        formatting.interval(*interval) if interval else formatting.UNKNOWN,
        formatting.seconds(case.median_s),
        formatting.times(point_of(case.ceiling)),
        str(case.trials),
    ]


def _best(view: View, cases: Sequence[CaseSummary]) -> str:
    candidates = [case for case in cases if case.speedup is not None and not case.is_baseline]
    if not candidates:
        return "no speedup"
    best = max(candidates, key=lambda case: case.speedup_or_zero)
    return f"at best {formatting.estimated_times(best.speedup)}, {case_name(view, best)}"


def _quantity(panels: Sequence[WorkersPanel]) -> str:
    if any(panel.has_speedups for panel in panels):
        return "Speedup over the baseline"
    return "Median time" if any(panel.drawable for panel in panels) else "No results to draw"


def _intervals(panels: Sequence[WorkersPanel]) -> str:
    if any(case.speedup and case.speedup.has_interval for panel in panels for case in panel.candidates):
        return "; bars and bands: 95 % intervals"
    return f"; no intervals: they need {MIN_ROUNDS} trials" if any(panel.has_speedups for panel in panels) else ""


def _draw_panel(axes: Axes, panel: WorkersPanel, styles: Styles, theme: Theme) -> None:
    """Speedups if there are any, else times, else the reason why there is nothing."""
    if not panel.drawable:
        draw_empty(axes, why_empty(panel), theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("workers")
    scale_workers(axes, panel.counts)
    if panel.has_speedups:
        _draw_speedups(axes, panel, styles, theme)
    else:
        _draw_times(axes, panel, styles)
    draw_crosses(axes, failed_cases(panel, styles))
    if panel.shows_cores and panel.cores:
        draw_cores(axes, panel.cores, theme)


def _draw_speedups(axes: Axes, panel: WorkersPanel, styles: Styles, theme: Theme) -> None:
    values = [value for case in panel.candidates for value in _ends(case.speedup) if value]
    scale_speedups(axes, [*values, *_draw_ideal(axes, panel, theme), *draw_ceiling(axes, panel, theme)])
    axes.set_ylabel("speedup (throughput)" if panel.weak else "speedup")
    axes.axhline(1, color=theme.foreground, linewidth=1.2, zorder=1.8)
    draw_estimates(axes, panel, styles, _speedup)


def _speedup(case: CaseSummary) -> Estimate | None:
    return case.speedup


def _ends(estimate: Estimate | None) -> tuple[float | None, ...]:
    return (estimate.point, estimate.low, estimate.high) if estimate else ()


def _draw_ideal(axes: Axes, panel: WorkersPanel, theme: Theme) -> list[float]:
    """The speedups that equal tasks, or equal waits, would have, unless the number of items is unknown.

    Returns the values drawn, which the axis must make room for.
    """
    if panel.items is None:
        return []
    workers = range(1, panel.counts[-1] + 1)
    ideal = [ideal_speedup(panel.items, count) for count in workers]
    axes.plot(workers, ideal, **(critical_path_line(theme) if panel.waits else ideal_line(theme)), zorder=1.5)
    return ideal


def _draw_times(axes: Axes, panel: WorkersPanel, styles: Styles) -> None:
    scale_seconds(axes, [case.median_s for case in panel.candidates if case.ok and case.median_s])
    axes.set_ylabel("median time")
    for config, cases, workers in by_config(axes, panel):
        times = gapped(case.median_s if case.ok else None for case in cases)
        draw_line(axes, workers, times, styles[config])
