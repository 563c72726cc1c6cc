"""What each backend costs at its fastest: CPU time, memory and context switches next to the speedup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import point_of
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import (
    CASE_HEADINGS,
    case_cells,
    case_name,
    joined,
    not_ok,
    not_ok_note,
    subject_name,
)
from bench.output.charts.legend import Legend
from bench.output.charts.row_panel import FONT_SIZE, RowPanel, layout_of, row_panels, scale_rows
from bench.output.charts.sheet import Sheet, draw_empty, provenance
from bench.output.charts.style import Styles
from bench.output.charts.theme import Theme
from bench.output.charts.view import View, fastest_per_config
from bench.output.wording import formatting
from bench.output.wording.labels import by_subject

LONGEST = 24  # letters of a label, next to four columns


@dataclass(frozen=True)
class Measure:
    """One column of the chart: its heading, its value in a case, and that value as text.

    `width` is relative to the other columns; `room` is for the text at the longest bar, in lengths of that bar.
    """

    heading: str
    value: Callable[[CaseSummary], float | None]
    text: Callable[[CaseSummary], str]
    width: float = 1.0
    room: float = 0.85


MEASURES = (
    Measure(
        "speedup",
        lambda case: point_of(case.speedup),
        lambda case: formatting.estimated_times(case.speedup),
        width=1.75,
        room=1.75,
    ),
    Measure("CPU time", lambda case: case.cpu_s, lambda case: formatting.seconds(case.cpu_s)),
    Measure(
        "peak memory",
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
    """Four small charts of the same rows for each workload."""
    cases = _cases(view)
    if not any(cost.value(case) is not None for case in cases for cost in COSTS):
        return None
    panels = row_panels(view, cases, LONGEST)
    title = f"Cost: what each backend uses at its fastest, run {formatting.clean(view.run.name)}"
    footer = f"{provenance(view.run)}; medians over trials, for one timed pass and all its processes; -: unknown"
    sheet = Sheet(title, footer + not_ok_note(view.summaries), Legend([]), theme, layout_of(panels))
    return sheet.compose(panels, partial(_draw_panel, styles=view.styles(theme), theme=theme))


def why_not(view: View) -> str:
    """No cost of any case is known."""
    unknown = "CPU time, memory and context switches are unknown for every case"
    return unknown if any(case.ok for case in view.summaries) else "no case is ok"


def alt(view: View) -> str:
    """The costs of the fastest case of each workload, next to those of the baseline."""
    subjects, shown = by_subject(view.summaries), by_subject(_cases(view))
    findings = [f"{subject_name(subject, subjects)}: {_fastest(view, cases)}" for subject, cases in shown.items()]
    return f"Speedup and cost of each backend at its fastest. {joined(findings)}{not_ok(view.summaries)}"


def table(view: View) -> ChartTable:
    """The cases that are drawn."""
    headings = (*CASE_HEADINGS, *(measure.heading for measure in MEASURES))
    rows = [[*case_cells(view, case), *(one.text(case) for one in MEASURES)] for case in _cases(view)]
    return ChartTable(headings, rows)


def _cases(view: View) -> list[CaseSummary]:
    return [case for of in by_subject(view.summaries).values() for case in fastest_per_config(of)]


def _fastest(view: View, cases: Sequence[CaseSummary]) -> str:
    candidates = [case for case in cases if not case.is_baseline]
    fastest = min(candidates, key=lambda case: case.median_s or 0, default=None)
    named = [case for case in cases if case.is_baseline or case is fastest]
    return formatting.listed([f"{case_name(view, case)} ({_costs(case)})" for case in named]) or "no case is ok"


def _costs(case: CaseSummary) -> str:
    units = ("of CPU time", "of memory", "context switch" if case.switches == 1 else "context switches")
    return ", ".join(f"{cost.text(case)} {unit}" for cost, unit in zip(COSTS, units, strict=True))


def _draw_panel(axes: Axes, panel: RowPanel, styles: Styles, theme: Theme) -> None:
    """The panel's own axes only hold its name; their area is divided among the measures."""
    if not panel.cases:
        draw_empty(axes, "no case is ok", theme)
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
        axes.annotate(measure.text(case), (value or 0, row), **place)
