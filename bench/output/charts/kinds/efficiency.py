"""Efficiency against workers: what each of them adds, with intervals, and what the machine allows."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bench.analysis.case_summary import CaseSummary
from bench.analysis.summary import ideal_speedup
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_bounds import draw_cores, gapped
from bench.output.charts.draw_panel import Styles, by_config, draw_crosses, draw_line, why_empty
from bench.output.charts.legend import legend_of
from bench.output.charts.naming import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.output.charts.panel import Panel, panels_of
from bench.output.charts.scales import scale_workers
from bench.output.charts.sheet import say_nothing_to_draw, sheet, surroundings
from bench.output.charts.style import ceiling_band, ceiling_line, critical_path_line, ideal_line
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject
from bench.schema import MIN_ROUNDS

ROOM = 1.1  # of the highest value


def draw(view: View, theme: Theme) -> Figure | None:
    """Efficiencies of whatever has a speedup."""
    panels, styles = panels_of(view), view.styles(theme)
    if not any(panel.has_speedups for panel in panels):
        return None
    legend = legend_of(panels, view.labels, styles, theme)
    title = f"Efficiency: the speedup a worker, run {formatting.clean(view.run.name)}"
    known = any(case.efficiency_low is not None for panel in panels for case in panel.rivals)
    bands = "bars and bands: 95 % intervals" if known else f"no intervals: they need {MIN_ROUNDS} rounds"
    footer = f"{surroundings(view.run)}; {bands}"
    return sheet(panels, partial(_draw_panel, styles=styles, theme=theme), legend, title, footer, theme)


def why_not(view: View) -> str:
    """There is no speedup to divide."""
    return "no case has a speedup: it takes a plain loop, and cases that are ok in the same rounds"


def alt(view: View) -> str:
    """The efficiency with the most workers of each way, the best of them."""
    found = by_subject(view.summaries)
    told = [f"{subject_name(subject, found)}: {_best(view, cases)}" for subject, cases in found.items()]
    return f"Efficiency, the speedup over the number of workers. {joined(told)}{not_ok(view.summaries)}"


def table(view: View) -> Table:
    """Every case but the plain loop."""
    headings = (*CASE_HEADINGS, "efficiency", "95 % interval", "efficiency of the ceiling", "share of the ceiling")
    rows = [[*case_cells(view, case), *_figures(case)] for case in view.summaries if not case.is_baseline]
    return Table(headings, rows)


def _figures(case: CaseSummary) -> list[str]:
    low, high = case.efficiency_low, case.efficiency_high
    return [
        formatting.percent(case.efficiency) if case.ok else case.status,
        formatting.UNKNOWN
        if low is None or high is None
        else f"{formatting.percent(low)} to {formatting.percent(high)}",
        formatting.percent(None if case.ceiling is None else case.ceiling / case.workers),
        formatting.percent(case.efficiency_of_ceiling),
    ]


def _best(view: View, cases: Sequence[CaseSummary]) -> str:
    rivals = [case for case in cases if case.efficiency is not None and case.workers > 1 and not case.is_baseline]
    if not rivals:
        return "no efficiency with several workers"
    best = max(rivals, key=lambda case: case.speedup or 0)
    return f"{formatting.percent(best.efficiency)} where it is fastest, {case_name(view, best)}"


def _draw_panel(axes: Axes, panel: Panel, styles: Styles, theme: Theme) -> None:
    if not panel.has_speedups:
        say_nothing_to_draw(axes, why_empty(panel) if not panel.drawable else "no plain loop to compare with", theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("workers")
    axes.set_ylabel("efficiency")
    scale_workers(axes, panel.counts)
    _draw_bounds(axes, panel, theme)
    tops = [1.0, *(case.efficiency_high or case.efficiency or 0 for case in panel.rivals)]
    for config, cases, workers in by_config(axes, panel):
        style = styles[config]
        low, high = gapped(case.efficiency_low for case in cases), gapped(case.efficiency_high for case in cases)
        axes.fill_between(workers, low, high, color=style.colour, alpha=0.15, linewidth=0)
        axes.vlines(workers, low, high, color=style.colour, linewidth=1.2)
        draw_line(axes, workers, gapped(case.efficiency for case in cases), style)
    draw_crosses(axes, panel.rivals, styles)
    axes.set_ylim(0, ROOM * max(tops))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _share(value)))


def _share(value: float) -> str:
    return f"{value * 100:.0f} %" if value < 1e3 else f"{value * 100:.0e}%"


def _draw_bounds(axes: Axes, panel: Panel, theme: Theme) -> None:
    """One plain loop's work for each worker; what equal items allow, and what this machine gave busy processes."""
    axes.axhline(1, color=theme.foreground, linewidth=1.2, zorder=1.8)
    if panel.items is not None:
        counts = sorted({1, *panel.counts})  # between them it would go up and down with every count
        ideal = [ideal_speedup(panel.items, count) / count for count in counts]
        axes.plot(counts, ideal, **(critical_path_line if panel.waits else ideal_line)(theme), zorder=1.5)
    if cases := panel.under_ceiling:
        counts_of = [1, *(case.workers for case in cases)]

        def shares(values: Sequence[float | None]) -> list[float | None]:
            known = zip([1.0, *values], counts_of, strict=True)
            return [None if value is None else value / count for value, count in known]

        low, high = shares([case.ceiling_low for case in cases]), shares([case.ceiling_high for case in cases])
        axes.fill_between(counts_of, gapped(low), gapped(high), **ceiling_band(theme))
        axes.plot(counts_of, gapped(shares([case.ceiling for case in cases])), **ceiling_line(theme), zorder=1.6)
    if panel.shows_cores and panel.cores:
        draw_cores(axes, panel.cores, theme)
