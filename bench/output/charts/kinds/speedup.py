"""Speedup over the plain loop against workers, with intervals, the machine's ceiling and the critical path."""

from collections.abc import Sequence
from functools import partial

from matplotlib.figure import Figure

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_panel import draw as draw_panel
from bench.output.charts.legend import legend_of
from bench.output.charts.naming import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.output.charts.panel import Panel, panels_of
from bench.output.charts.sheet import sheet, surroundings
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject
from bench.schema import MIN_ROUNDS


def draw(view: View, theme: Theme) -> Figure | None:
    """Speedups with the ideal and the usable cores; times where no case has a speedup."""
    panels, styles = panels_of(view), view.styles(theme)
    legend = legend_of(panels, view.labels, styles, theme)
    title = f"{_what(panels)}, run {formatting.clean(view.run.name)}"
    footer = surroundings(view.run) + _bands(panels)
    return sheet(panels, partial(draw_panel, styles=styles, theme=theme), legend, title, footer, theme)


def why_not(view: View) -> str:
    """Nothing: every run has this chart, be it to say that there is no result."""
    return "there is no sample"


def alt(view: View) -> str:
    """The best speedup of each piece of work."""
    found = by_subject(view.summaries)
    told = [f"{subject_name(subject, found)}: {_best(view, cases)}" for subject, cases in found.items()]
    return f"{_what(panels_of(view))} against the number of workers. {joined(told)}{not_ok(view.summaries)}"


def table(view: View) -> Table:
    """Every case: its speedup with the interval, its time, the machine's ceiling, the rounds."""
    headings = (*CASE_HEADINGS, "speedup", "95 % interval", "median time", "ceiling", "rounds")
    return Table(headings, [[*case_cells(view, case), *_figures(case)] for case in view.summaries])


def _figures(case: CaseSummary) -> list[str]:
    low, high = case.speedup_low, case.speedup_high
    return [
        formatting.times(case.speedup) if case.ok else case.status,
        formatting.UNKNOWN if low is None or high is None else formatting.interval(low, high),
        formatting.seconds(case.median_s),
        formatting.times(case.ceiling),
        str(case.trials),
    ]


def _best(view: View, cases: Sequence[CaseSummary]) -> str:
    rivals = [case for case in cases if case.speedup is not None and not case.is_baseline]
    if not rivals:
        return "no speedup"
    best = max(rivals, key=lambda case: case.speedup or 0)
    known = best.speedup_low is not None and best.speedup_high is not None
    interval = f" {formatting.interval(best.speedup_low or 0, best.speedup_high or 0)}" if known else ""
    return f"at best {formatting.times(best.speedup)}{interval}, {case_name(view, best)}"


def _what(panels: Sequence[Panel]) -> str:
    if any(panel.has_speedups for panel in panels):
        return "Speedup over the plain loop"
    return "Median time" if any(panel.drawable for panel in panels) else "No result to draw"


def _bands(panels: Sequence[Panel]) -> str:
    if any(case.speedup_low is not None for panel in panels for case in panel.rivals):
        return "; bars and bands: 95 % intervals"
    return f"; no intervals: they need {MIN_ROUNDS} rounds" if any(panel.has_speedups for panel in panels) else ""
