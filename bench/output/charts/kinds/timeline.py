"""What each worker did when, in a traced pass: a lane a worker, a bar an item."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bench.analysis.timeline import TracedCase
from bench.analysis.trials import Subject
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_timeline import START_HATCH, TimelinePanel, draw_timeline
from bench.output.charts.legend import Legend
from bench.output.charts.lines import fact_lines, name_lines
from bench.output.charts.naming import joined, subject_name
from bench.output.charts.page import Layout
from bench.output.charts.rows import LONGEST, shortened
from bench.output.charts.sheet import sheet, surroundings
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import BASELINE


def draw(view: View, theme: Theme) -> Figure | None:
    """The cases of a trace, on one axis of time for each piece of work."""
    panels = _panels(view)
    if not panels:
        return None
    title = f"Timeline: what each worker did when, run {formatting.clean(view.run.name)}"
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
    drawn = partial(draw_timeline, styles=view.styles(theme), theme=theme)
    layout = Layout(left=0.4, heights=[panel.height + panel.spare for panel in panels])
    return sheet(panels, drawn, legend, title, footer, theme, layout)


def why_not(view: View) -> str:
    """Nothing was traced."""
    return "no trace: bench run --trace makes one"


def alt(view: View) -> str:
    """What is said above each case."""
    subjects = list(by_subject(view.summaries))
    told = [
        f"{subject_name(subject, subjects)}: {formatting.listed([_sentence(view, case, loop) for case in cases])}"
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
    label = view.labels[one.case.config]
    return f"{shortened(label, LONGEST)} ×{one.case.workers}"


def _facts(one: TracedCase, loop: TracedCase | None) -> list[str]:
    """`2 at once, items 1.98x as long, ready at 30.1 ms`."""
    mean_s, of_loop = one.mean_s, loop.mean_s if loop else None
    if mean_s is None:
        return ["no item was noted"]
    if one is loop or not of_loop:
        facts = [f"{formatting.seconds(mean_s)} an item"]
    else:
        facts = [f"items {formatting.times(mean_s / of_loop)} as long"]
    at_once = [f"{one.at_once} at once"] if one is not loop else []
    ready = [f"ready at {formatting.seconds(one.ready_s)}"] if one is not loop and one.ready_s is not None else []
    return [*at_once, *facts, *ready]
