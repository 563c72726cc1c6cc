"""Efficiency, the speedup per worker, by number of workers, with intervals and the machine's limits."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate, point_of
from bench.analysis.summary import ideal_speedup
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.output.charts.legend import legend_of
from bench.output.charts.scales import scale_workers
from bench.output.charts.sheet import Sheet, draw_empty, provenance
from bench.output.charts.style import Styles, critical_path_line, ideal_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.charts.workers_panel import (
    WorkersPanel,
    draw_ceiling,
    draw_cores,
    draw_crosses,
    draw_estimates,
    failed_cases,
    why_empty,
    workers_panels,
)
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject
from bench.schema import MIN_ROUNDS

ROOM = 1.1  # of the highest value


def draw(view: View, theme: Theme) -> Figure | None:
    """The efficiency of every case that has a speedup."""
    panels = workers_panels(view)
    if not any(panel.has_speedups for panel in panels):
        return None
    title = f"Efficiency: speedup per worker, run {formatting.clean(view.run.name)}"
    known = any(case.efficiency and case.efficiency.has_interval for panel in panels for case in panel.candidates)
    intervals = "bars and bands: 95 % intervals" if known else f"no intervals: they need {MIN_ROUNDS} trials"
    sheet = Sheet(title, f"{provenance(view.run)}; {intervals}", legend_of(panels, view, theme), theme)
    return sheet.compose(panels, partial(_draw_panel, styles=view.styles(theme), theme=theme))


def why_not(view: View) -> str:
    """There is no speedup to divide."""
    return "no case has a speedup, which needs a baseline and cases that are ok in the same groups"


def alt(view: View) -> str:
    """The efficiency of the fastest case with several workers of each workload."""
    subjects = by_subject(view.summaries)
    findings = [f"{subject_name(subject, subjects)}: {_best(view, cases)}" for subject, cases in subjects.items()]
    what = "Efficiency, the speedup divided by the number of workers, of the fastest case with several."
    return f"{what} {joined(findings)}{not_ok(view.summaries)}"


def table(view: View) -> ChartTable:
    """Every case but the baseline."""
    headings = (*CASE_HEADINGS, "efficiency", "95 % interval", "ceiling efficiency", "share of ceiling")
    rows = [[*case_cells(view, case), *_figures(case)] for case in view.summaries if not case.is_baseline]
    return ChartTable(headings, rows)


def _figures(case: CaseSummary) -> list[str]:
    interval = case.efficiency.interval if case.efficiency else None
    return [
        formatting.percent(point_of(case.efficiency)) if case.ok else case.status,
        " to ".join(map(formatting.percent, interval)) if interval else formatting.UNKNOWN,
        formatting.percent(None if case.ceiling is None else case.ceiling.point / case.workers),
        formatting.percent(case.efficiency_of_ceiling),
    ]


def _best(view: View, cases: Sequence[CaseSummary]) -> str:
    candidates = [case for case in cases if case.efficiency is not None and case.workers > 1 and not case.is_baseline]
    if not candidates:
        return "no efficiency with several workers"
    best = max(candidates, key=lambda case: case.speedup_or_zero)
    return f"{formatting.percent(point_of(best.efficiency))}, {case_name(view, best)}"


def _draw_panel(axes: Axes, panel: WorkersPanel, styles: Styles, theme: Theme) -> None:
    if not panel.has_speedups:
        draw_empty(axes, why_empty(panel) if not panel.drawable else "no baseline to compare with", theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("workers")
    axes.set_ylabel("efficiency")
    scale_workers(axes, panel.counts)
    axes.axhline(1, color=theme.foreground, linewidth=1.2, zorder=1.8)
    _draw_ideal(axes, panel, theme)
    draw_ceiling(axes, panel, theme, per_worker=True)
    if panel.shows_cores and panel.cores:
        draw_cores(axes, panel.cores, theme, at_foot=True)  # at the top it would cover the lines at 100 %
    draw_estimates(axes, panel, styles, _efficiency)
    draw_crosses(axes, failed_cases(panel, styles))
    tops = [1.0, *(case.efficiency.highest for case in panel.candidates if case.efficiency)]
    axes.set_ylim(0, ROOM * max(tops))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value)))


def _efficiency(case: CaseSummary) -> Estimate | None:
    return case.efficiency


def _draw_ideal(axes: Axes, panel: WorkersPanel, theme: Theme) -> None:
    """The efficiency of equal items, only at the counts measured: between them it would rise and fall with each."""
    if panel.items is not None:
        counts = sorted({1, *panel.counts})
        ideal = [ideal_speedup(panel.items, count) / count for count in counts]
        axes.plot(counts, ideal, **(critical_path_line if panel.waits else ideal_line)(theme), zorder=1.5)


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %" if value < 1e3 else f"{value * 100:.0e}%"
