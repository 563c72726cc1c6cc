"""What each worker did when, in a traced pass: a lane a worker, a bar an item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.analysis.traced import TracedCase
from bench.analysis.trials import Subject
from bench.present import words
from bench.present.charts.draw_panel import Styles
from bench.present.charts.kind import Table
from bench.present.charts.legend import Legend
from bench.present.charts.lines import fact_lines, name_lines
from bench.present.charts.naming import joined, subject_name
from bench.present.charts.page import Layout
from bench.present.charts.rows import LONGEST, shortened
from bench.present.charts.scales import scale_elapsed
from bench.present.charts.sheet import sheet, surroundings
from bench.present.charts.theme import Theme
from bench.present.charts.view import View
from bench.present.labels import apart, by_subject
from bench.samples import BASELINE

LANE, HEAD = 0.13, 0.46  # inches: a lane, and the two lines above each case
FEWEST_LANES = 2  # that a case has room for
MOST_BORDERED = 400  # items in a lane: the borders of more would be all that is seen
START_HATCH = "/////"


@dataclass(frozen=True)
class TimelinePanel:
    """One piece of work: its traced cases, one below the other, and what is said above each.

    `spare` is how much higher the panel beside it is, in inches.
    """

    name: Sequence[str]
    facts: Sequence[str]
    cases: Sequence[TracedCase]
    labels: Sequence[str]
    spare: float = 0.0

    @property
    def heights(self) -> list[float]:
        """Of each case, in inches."""
        return [LANE * max(FEWEST_LANES, len(case.lanes)) for case in self.cases]

    @property
    def height(self) -> float:
        """Of all, in inches."""
        return sum(self.heights) + HEAD * len(self.cases)


def draw(view: View, theme: Theme) -> Figure | None:
    """The cases of a trace, on one axis of time for each piece of work."""
    panels = _panels(view)
    if not panels:
        return None
    title = f"Timeline: what each worker did when, run {words.clean(view.run.name)}"
    footer = (
        f"{surroundings(view.run)}; one traced pass a backend, apart from the timed ones; "
        "as long: the mean item over the plain loop's"
    )
    legend = Legend(
        [
            ("the worker starts", Patch(facecolor=theme.band, edgecolor=theme.muted, hatch=START_HATCH)),
            ("an item; neighbours in two shades", Patch(facecolor=theme.muted)),
        ]
    )
    drawn = partial(_draw_panel, styles=view.styles(theme), theme=theme)
    layout = Layout(left=0.4, heights=[panel.height + panel.spare for panel in panels])
    return sheet(panels, drawn, legend, title, footer, theme, layout)


def why_not(view: View) -> str:
    """Nothing was traced."""
    return "no trace: bench run --trace makes one"


def alt(view: View) -> str:
    """What is said above each case."""
    subjects = list(by_subject(view.summaries))
    told = [
        f"{subject_name(subject, subjects)}: {words.listed([_sentence(view, case, loop) for case in cases])}"
        for subject, (cases, loop) in _traced(view).items()
    ]
    return f"A lane a worker and a bar an item, against time. {joined(told)}"


def table(view: View) -> Table:
    """A row a lane."""
    headings = ("workload", "backend", "workers", "lane", "ready", "items", "first began", "last ended", "mean item")
    subjects = list(by_subject(view.summaries))
    rows = [
        [
            subject_name(subject, subjects),
            view.labels[one.case.way],
            str(one.case.workers),
            str(number),
            words.seconds(lane.ready_s),
            str(len(lane.items)),
            words.seconds(min((began for began, _ in lane.items), default=None)),
            words.seconds(max((ended for _, ended in lane.items), default=None)),
            words.seconds(_mean_s(lane.items)),
        ]
        for subject, (cases, _) in _traced(view).items()
        for one in cases
        for number, lane in enumerate(one.lanes)
    ]
    return Table(headings, rows)


def _traced(view: View) -> dict[Subject, tuple[list[TracedCase], TracedCase | None]]:
    """By piece of work: its cases, the plain loop first, and the plain loop, if it was traced."""
    found: dict[Subject, list[TracedCase]] = {}
    for one in view.traced.values():
        found.setdefault(one.case.subject, []).append(one)
    for cases in found.values():
        cases.sort(key=lambda one: one.case.backend != BASELINE)
    return {
        subject: (cases, cases[0] if cases[0].case.backend == BASELINE else None)
        for subject, cases in sorted(found.items(), key=lambda one: one[0].workload)
    }


def _panels(view: View) -> list[TimelinePanel]:
    found = _traced(view)
    return _side_by_side(
        [
            TimelinePanel(
                name_lines(subject.workload),
                fact_lines(apart(subject, found)),
                cases,
                [_label(view, case, loop) for case in cases],
            )
            for subject, (cases, loop) in found.items()
        ]
    )


def _side_by_side(panels: Sequence[TimelinePanel]) -> list[TimelinePanel]:
    """With the spare height of each that stands beside a higher one."""
    pairs = [panels[first : first + 2] for first in range(0, len(panels), 2)]
    return [
        replace(panel, spare=max(other.height for other in pair) - panel.height) for pair in pairs for panel in pair
    ]


def _label(view: View, one: TracedCase, loop: TracedCase | None) -> str:
    """The case's name, and below it how long its items took, how many at once, and when its workers were ready."""
    return f"{_name(view, one)}\n{', '.join(_facts(one, loop))}"


def _sentence(view: View, one: TracedCase, loop: TracedCase | None) -> str:
    return f"{_name(view, one)} ({', '.join(_facts(one, loop))})"


def _name(view: View, one: TracedCase) -> str:
    if one.case.backend == BASELINE:
        return "plain loop"
    label = view.labels[one.case.way]
    return f"{shortened(label, LONGEST)} ×{one.case.workers}"


def _facts(one: TracedCase, loop: TracedCase | None) -> list[str]:
    """`2 at once, items 1.98x as long, ready at 30.1 ms`."""
    mean_s, of_loop = _mean_s(one.items), _mean_s(loop.items) if loop else None
    if mean_s is None:
        return ["no item was noted"]
    if one is loop or not of_loop:
        facts = [f"{words.seconds(mean_s)} an item"]
    else:
        facts = [f"items {words.times(mean_s / of_loop)} as long"]
    at_once = [f"{one.at_once} at once"] if one is not loop else []
    ready = [f"ready at {words.seconds(one.ready_s)}"] if one is not loop and one.ready_s is not None else []
    return [*at_once, *facts, *ready]


def _mean_s(items: Sequence[tuple[float, float]]) -> float | None:
    return fmean(ended - began for began, ended in items) if items else None


def _draw_panel(axes: Axes, panel: TimelinePanel, styles: Styles, theme: Theme) -> None:
    """The panel's own axes only hold its name; its place is shared out, with room for a line above each case."""
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
    colour = styles[case.case.way].colour
    shades = (to_rgba(colour), to_rgba(colour, 0.62))
    axes.set_ylim(len(case.lanes) - 0.5, -0.5)
    axes.set_yticks([])
    for row, lane in enumerate(case.lanes):
        if lane.ready_s:
            look: Mapping[str, Any] = {"facecolor": theme.band, "edgecolor": theme.muted, "hatch": START_HATCH}
            axes.barh(row, lane.ready_s, 0.78, **look, linewidth=0.4)
        border: dict[str, Any] = (
            {"edgecolor": theme.background, "linewidth": 0.4} if len(lane.items) <= MOST_BORDERED else {}
        )
        bars = [(began, ended - began) for began, ended in lane.items]
        axes.broken_barh(bars, (row - 0.39, 0.78), facecolors=shades, **border)
