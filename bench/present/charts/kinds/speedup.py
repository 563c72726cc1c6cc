"""Speedup over the plain loop against workers, with intervals, the machine's ceiling and the critical path."""

from collections.abc import Sequence
from functools import partial

from matplotlib.figure import Figure

from bench.analysis.case_summary import CaseSummary
from bench.present import words
from bench.present.charts.draw_panel import draw as draw_panel
from bench.present.charts.kind import Table
from bench.present.charts.legend import legend_of
from bench.present.charts.naming import CASE_HEADINGS, case_cells, case_name, joined, not_ok, subject_name
from bench.present.charts.panel import Panel, panels_of
from bench.present.charts.sheet import sheet, surroundings
from bench.present.charts.theme import Theme
from bench.present.charts.view import View
from bench.present.labels import by_subject
from bench.samples import FEWEST_ROUNDS


def draw(view: View, theme: Theme) -> Figure | None:
    """Speedups with the ideal and the usable cores; times where no case has a speedup."""
    panels, styles = panels_of(view), view.styles(theme)
    legend = legend_of(panels, view.labels, styles, theme)
    title = f"{_what(panels)}, run {words.clean(view.run.name)}"
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
        words.times(case.speedup) if case.ok else case.status,
        words.UNKNOWN if low is None or high is None else words.interval(low, high),
        words.seconds(case.median_s),
        words.times(case.ceiling),
        str(case.trials),
    ]


def _best(view: View, cases: Sequence[CaseSummary]) -> str:
    rivals = [case for case in cases if case.speedup is not None and not case.is_baseline]
    if not rivals:
        return "no speedup"
    best = max(rivals, key=lambda case: case.speedup or 0)
    known = best.speedup_low is not None and best.speedup_high is not None
    interval = f" {words.interval(best.speedup_low or 0, best.speedup_high or 0)}" if known else ""
    return f"at best {words.times(best.speedup)}{interval}, {case_name(view, best)}"


def _what(panels: Sequence[Panel]) -> str:
    if any(panel.has_speedups for panel in panels):
        return "Speedup over the plain loop"
    return "Median time" if any(panel.drawable for panel in panels) else "No result to draw"


def _bands(panels: Sequence[Panel]) -> str:
    if any(case.speedup_low is not None for panel in panels for case in panel.rivals):
        return "; bars and bands: 95 % intervals"
    return f"; no intervals: they need {FEWEST_ROUNDS} rounds" if any(panel.has_speedups for panel in panels) else ""
