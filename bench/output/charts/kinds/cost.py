"""What each backend costs at its fastest: CPU seconds, memory and context switches beside the speedup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_panel import Styles
from bench.output.charts.legend import Legend
from bench.output.charts.naming import CASE_HEADINGS, case_cells, case_name, joined, left_out, not_ok, subject_name
from bench.output.charts.rows import FONT_SIZE, RowPanel, layout_of, row_panels, scale_rows
from bench.output.charts.selection import fastest_of_each_way
from bench.output.charts.sheet import say_nothing_to_draw, sheet, surroundings
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject

LONGEST = 24  # letters of a name, for four columns beside it


@dataclass(frozen=True)
class Measure:
    """One column of the chart: what it is called, where it is found in a case, how it is said.

    `width` is that of the column beside others', `room` for the figure at the longest bar, in lengths of that bar.
    """

    heading: str
    value: Callable[[CaseSummary], float | None]
    said: Callable[[CaseSummary], str]
    width: float = 1.0
    room: float = 0.85


def _speedup(case: CaseSummary) -> str:
    if case.speedup_low is None or case.speedup_high is None:
        return formatting.times(case.speedup)
    return f"{formatting.times(case.speedup)} {formatting.interval(case.speedup_low, case.speedup_high)}"


MEASURES = (
    Measure("speedup", lambda case: case.speedup, _speedup, width=1.75, room=1.75),
    Measure("CPU time", lambda case: case.cpu_s, lambda case: formatting.seconds(case.cpu_s)),
    Measure(
        "memory, peak",
        lambda case: case.peak_rss_bytes,
        lambda case: formatting.UNKNOWN if case.peak_rss_bytes is None else formatting.size(case.peak_rss_bytes),
    ),
    Measure(
        "context switches",
        lambda case: case.switches,
        lambda case: formatting.UNKNOWN if case.switches is None else f"{case.switches:,}",
    ),
)
COSTS = MEASURES[1:]


def draw(view: View, theme: Theme) -> Figure | None:
    """Four small charts of the same rows for each piece of work."""
    cases = _cases(view)
    if not any(cost.value(case) is not None for case in cases for cost in COSTS):
        return None
    panels = row_panels(view, cases, LONGEST)
    title = f"Cost: what each backend takes where it is fastest, run {formatting.clean(view.run.name)}"
    footer = f"{surroundings(view.run)}; medians over trials of the timed pass, all processes together; -: not known"
    footer += left_out(view.summaries)
    drawn = partial(_draw_panel, styles=view.styles(theme), theme=theme)
    return sheet(panels, drawn, Legend([]), title, footer, theme, layout_of(panels))


def why_not(view: View) -> str:
    """Nobody could tell what the cases took."""
    known = "neither CPU time, memory nor context switches of any case are known on this system"
    return known if any(case.ok for case in view.summaries) else "no case is ok"


def alt(view: View) -> str:
    """The fastest case of each piece of work with its costs, beside the plain loop's."""
    found = by_subject(_cases(view))
    told = [f"{subject_name(subject, by_subject(view.summaries))}: {_told(view, of)}" for subject, of in found.items()]
    return f"Speedup, CPU time, memory and context switches of each backend. {joined(told)}{not_ok(view.summaries)}"


def table(view: View) -> Table:
    """The cases that are drawn."""
    headings = (*CASE_HEADINGS, *(measure.heading for measure in MEASURES))
    rows = [[*case_cells(view, case), *(one.said(case) for one in MEASURES)] for case in _cases(view)]
    return Table(headings, rows)


def _cases(view: View) -> list[CaseSummary]:
    return [case for of in by_subject(view.summaries).values() for case in fastest_of_each_way(of)]


def _told(view: View, cases: Sequence[CaseSummary]) -> str:
    rivals = [case for case in cases if not case.is_baseline]
    least = min(rivals, key=lambda case: case.median_s or 0, default=None)
    told = [case for case in cases if case.is_baseline or case is least]
    return formatting.listed([f"{case_name(view, case)} took {_costs(case)}" for case in told]) or "no case is ok"


def _costs(case: CaseSummary) -> str:
    units = ("of CPU time", "of memory", "context switches")
    return formatting.listed([f"{cost.said(case)} {unit}" for cost, unit in zip(COSTS, units, strict=True)])


def _draw_panel(axes: Axes, panel: RowPanel, styles: Styles, theme: Theme) -> None:
    """The panel's own axes only hold its name; its place is shared out."""
    if not panel.cases:
        say_nothing_to_draw(axes, "no case is ok", theme)
        return
    axes.set_axis_off()
    place = axes.get_subplotspec()
    assert place is not None
    grid = place.subgridspec(1, len(MEASURES), wspace=0.06, width_ratios=[one.width for one in MEASURES])
    for column, measure in enumerate(MEASURES):
        within = axes.figure.add_subplot(grid[column])
        scale_rows(within, panel, theme)
        _draw_measure(within, panel, measure, styles)
        if column:
            within.set_yticklabels([])


def _draw_measure(axes: Axes, panel: RowPanel, measure: Measure, styles: Styles) -> None:
    values = [measure.value(case) for case in panel.cases]
    axes.set_xlabel(measure.heading, fontsize=FONT_SIZE)
    axes.xaxis.set_major_locator(NullLocator())
    longest = max((value for value in values if value is not None), default=0) or 1.0
    axes.set_xlim(0, longest * (1 + measure.room))
    for row, (case, value) in enumerate(zip(panel.cases, values, strict=True)):
        axes.barh(row, value or 0, 0.62, color=styles[case.config].colour)
        place: dict[str, Any] = {"xytext": (4, 0), "textcoords": "offset points", "va": "center", "fontsize": FONT_SIZE}
        axes.annotate(measure.said(case), (value or 0, row), **place)
