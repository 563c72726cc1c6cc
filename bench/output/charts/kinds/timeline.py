"""What each worker was doing in a traced pass: one lane per worker, one bar per item."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.analysis.timeline import TracedCase
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import case_label, fact_lines, joined, name_lines, subject_name
from bench.output.charts.legend import Legend
from bench.output.charts.page import Layout
from bench.output.charts.scales import scale_elapsed
from bench.output.charts.sheet import Sheet, provenance
from bench.output.charts.style import Styles
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import BASELINE, Subject

LANE, HEAD = 0.13, 0.46  # inches: a lane, and the two lines of text above each case
FEWEST_LANES = 2  # for which a case has room
MOST_BORDERED = 400  # items in a lane: with more, only the borders would be visible
START_HATCH = "/////"


@dataclass(frozen=True)
class TimelinePanel:
    """One workload: its traced cases, one below the other, and the text above each.

    `spare` is how much higher the panel next to it is, in inches.
    """

    name: Sequence[str]
    facts: Sequence[str]
    cases: Sequence[TracedCase]
    labels: Sequence[str]
    spare: float = 0.0

    @property
    def heights(self) -> list[float]:
        """The height of each case, in inches."""
        return [LANE * max(FEWEST_LANES, len(case.lanes)) for case in self.cases]

    @property
    def height(self) -> float:
        """The height of the panel, in inches."""
        return sum(self.heights) + HEAD * len(self.cases)


def draw(view: View, theme: Theme) -> Figure | None:
    """The traced cases of each workload, on one time axis."""
    panels = _panels(view)
    if not panels:
        return None
    title = f"Timeline: what each worker was doing, run {formatting.clean(view.run.name)}"
    footer = (
        f"{provenance(view.run)}; one traced pass per backend, separate from the timed passes; "
        "item times are means, relative to the baseline; in a gap, a worker waits for items or to go on"
    )
    legend = Legend(
        [
            ("worker starting", Patch(facecolor=theme.band, edgecolor=theme.muted, hatch=START_HATCH)),
            ("item, in alternating shades", Patch(facecolor=theme.muted)),
        ]
    )
    layout = Layout(left=0.4, heights=[panel.height + panel.spare for panel in panels])
    sheet = Sheet(title, footer, legend, theme, layout)
    return sheet.compose(panels, partial(_draw_panel, styles=view.styles(theme), theme=theme))


def why_not(view: View) -> str:
    """Nothing was traced."""
    return "no trace: bench run --trace records one"


def alt(view: View) -> str:
    """The text above each case."""
    subjects = list(by_subject(view.summaries))
    findings = [
        f"{subject_name(subject, subjects)}: {formatting.listed([_sentence(view, case, base) for case in cases])}"
        for subject, (cases, base) in _traced(view).items()
    ]
    return f"Over time, one lane per worker and one bar per item. {joined(findings)}"


def table(view: View) -> ChartTable:
    """One row per lane."""
    headings = ("workload", "backend", "workers", "lane", "ready", "items", "first start", "last end", "mean item time")
    subjects = list(by_subject(view.summaries))
    rows = [
        [
            subject_name(subject, subjects),
            view.labels[one.case.config],
            str(one.case.workers),
            str(number),
            formatting.seconds(lane.ready_s),
            str(len(lane.items)),
            formatting.seconds(min((began for began, _ in lane.items), default=None)),
            formatting.seconds(max((ended for _, ended in lane.items), default=None)),
            formatting.seconds(lane.mean_s),
        ]
        for subject, (cases, _) in _traced(view).items()
        for one in cases
        for number, lane in enumerate(one.lanes)
    ]
    return ChartTable(headings, rows)


def _traced(view: View) -> dict[Subject, tuple[list[TracedCase], TracedCase | None]]:
    """By workload: its cases, the baseline first, and the baseline itself, if it was traced."""
    by_workload: dict[Subject, list[TracedCase]] = {}
    for one in view.traced.values():
        by_workload.setdefault(one.case.subject, []).append(one)
    for cases in by_workload.values():
        cases.sort(key=lambda one: one.case.backend != BASELINE)
    return {
        subject: (cases, cases[0] if cases[0].case.backend == BASELINE else None)
        for subject, cases in sorted(by_workload.items(), key=lambda one: one[0].workload)
    }


def _panels(view: View) -> list[TimelinePanel]:
    traced = _traced(view)
    return _aligned(
        [
            TimelinePanel(
                name_lines(subject.workload),
                fact_lines(apart(subject, traced)),
                cases,
                [_label(view, case, base) for case in cases],
            )
            for subject, (cases, base) in traced.items()
        ]
    )


def _aligned(panels: Sequence[TimelinePanel]) -> list[TimelinePanel]:
    """The panels, with the spare height of each that is next to a higher one."""
    pairs = [panels[first : first + 2] for first in range(0, len(panels), 2)]
    return [
        replace(panel, spare=max(other.height for other in pair) - panel.height) for pair in pairs for panel in pair
    ]


def _label(view: View, one: TracedCase, baseline: TracedCase | None) -> str:
    """The case's name, and below it its concurrency, the time of its items, and when its workers were ready."""
    return f"{case_label(view, one.case)}\n{', '.join(_facts(one, baseline))}"


def _sentence(view: View, one: TracedCase, baseline: TracedCase | None) -> str:
    return f"{case_label(view, one.case)} ({', '.join(_facts(one, baseline))})"


def _facts(one: TracedCase, baseline: TracedCase | None) -> list[str]:
    """`2 at once, items take 1.98x as long, ready at 30.1 ms`."""
    mean_s, of_baseline = one.mean_s, baseline.mean_s if baseline else None
    if mean_s is None:
        return ["no items recorded"]
    if one is baseline or not of_baseline:
        facts = [f"{formatting.seconds(mean_s)} per item"]
    else:
        facts = [f"items take {formatting.times(mean_s / of_baseline)} as long"]
    at_once = [f"{one.at_once} at once"] if one is not baseline else []
    ready = [f"ready at {formatting.seconds(one.ready_s)}"] if one is not baseline and one.ready_s is not None else []
    return [*at_once, *facts, *ready]


def _draw_panel(axes: Axes, panel: TimelinePanel, styles: Styles, theme: Theme) -> None:
    """The panel's own axes only hold its name; their area is divided among the cases, with room for text above each."""
    axes.set_axis_off()
    place = axes.get_subplotspec()
    assert place is not None
    parts = [*(part for height in panel.heights for part in (HEAD, height)), panel.spare]
    grid = place.subgridspec(len(parts), 1, height_ratios=parts, hspace=0)
    end_s = max(case.end_s for case in panel.cases) or 1.0
    for number, (case, label) in enumerate(zip(panel.cases, panel.labels, strict=True)):
        within = axes.figure.add_subplot(grid[2 * number + 1])
        _draw_lanes(within, case, styles, theme)
        within.set_title(label, loc="left", fontsize=8.5, pad=3)
        scale_elapsed(within, end_s * 1.01)
        within.grid(True, axis="x", color=theme.grid, linewidth=0.8)
        within.set_axisbelow(True)
        within.tick_params(axis="x", labelbottom=case is panel.cases[-1], length=3 if case is panel.cases[-1] else 0)


def _draw_lanes(axes: Axes, case: TracedCase, styles: Styles, theme: Theme) -> None:
    colour = styles[case.case.config].colour
    shades = (to_rgba(colour), to_rgba(colour, 0.62))
    axes.set_ylim(len(case.lanes) - 0.5, -0.5)
    axes.set_yticks([])
    for row, lane in enumerate(case.lanes):
        if lane.ready_s:
            look: dict[str, Any] = {"facecolor": theme.band, "edgecolor": theme.muted, "hatch": START_HATCH}
            axes.barh(row, lane.ready_s, 0.78, **look, linewidth=0.4)
        border: dict[str, Any] = (
            {"edgecolor": theme.background, "linewidth": 0.4} if len(lane.items) <= MOST_BORDERED else {}
        )
        bars = [(began, ended - began) for began, ended in lane.items]
        axes.broken_barh(bars, (row - 0.39, 0.78), facecolors=shades, **border)
