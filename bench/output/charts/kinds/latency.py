"""How long single items take under each backend: which share of them took no longer than so much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bench.analysis.latencies import latencies
from bench.analysis.trials import BackendConfig, CaseId, Subject, case_of
from bench.output.charts.chart_kind import Table
from bench.output.charts.draw_panel import Styles
from bench.output.charts.legend import Legend, config_line
from bench.output.charts.lines import fact_lines, name_lines
from bench.output.charts.naming import joined, left_out, not_ok, subject_name
from bench.output.charts.scales import scale_latencies
from bench.output.charts.selection import most_telling_of_each_way
from bench.output.charts.sheet import say_nothing_to_draw, sheet, surroundings
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import BASELINE

Points = Sequence[tuple[float, float]]  # seconds, and the share of items that took no longer
TOLD = (0.5, 0.95, 0.99, 1.0)


@dataclass(frozen=True)
class LatencyPanel:
    """One piece of work: a case a way, with its points; `traced`, whether each point is an item."""

    name: Sequence[str]
    facts: Sequence[str]
    cases: Mapping[CaseId, Points]
    traced: bool


def draw(view: View, theme: Theme) -> Figure | None:
    """A step an item where a traced pass noted them, else the quantiles of the timed passes."""
    panels, styles = _panels(view), view.styles(theme)
    if not any(panel.cases for panel in panels):
        return None
    drawn = {case.config for panel in panels for case in panel.cases}
    legend = Legend([(_name(view, config), config_line(styles[config])) for config in view.labels if config in drawn])
    title = f"Latency: how long an item takes, run {formatting.clean(view.run.name)}"
    footer = f"{surroundings(view.run)}; {_source(panels)}{left_out(view.summaries)}"
    return sheet(panels, partial(_draw_panel, styles=styles, theme=theme), legend, title, footer, theme)


def why_not(view: View) -> str:
    """Nobody noted how long items took."""
    return "no item was timed alone: passes are too short for it, and bench run --trace makes one for the purpose"


def alt(view: View) -> str:
    """The median and the longest item of each case."""
    told = [
        f"{subject_name(subject, _subjects(view))}: {_told(view, cases)}" for subject, cases in _cases(view).items()
    ]
    return (
        f"The share of items that took no longer than a time, a line a backend. {joined(told)}{not_ok(view.summaries)}"
    )


def table(view: View) -> Table:
    """Each case that is drawn, with the times that so many of its items took at most."""
    headings = ("workload", "backend", "workers", "half", "95 %", "99 %", "longest", "from")
    rows = [
        [
            subject_name(subject, _subjects(view)),
            _name(view, case.config),
            str(case.workers),
            *(formatting.seconds(_within(points, share)) for share in TOLD),
            "traced pass" if case in view.traced else "timed passes",
        ]
        for subject, cases in _cases(view).items()
        for case, points in cases.items()
    ]
    return Table(headings, rows)


def _subjects(view: View) -> Sequence[Subject]:
    return list(by_subject(view.summaries))


def _cases(view: View) -> dict[Subject, dict[CaseId, Points]]:
    """By piece of work, a case of each way: of the traced pass where there is one, else of the timed passes."""
    noted = latencies(view.run)
    found: dict[Subject, dict[CaseId, Points]] = {}
    for subject, cases in by_subject(view.summaries).items():
        traced = {case: _steps(one.durations_s) for case, one in view.traced.items() if case.subject == subject}
        known = [case for case in cases if case_of(case) in noted]
        chosen = most_telling_of_each_way(known, view.run.cores_usable)
        points = traced or {case_of(case): noted[case_of(case)] for case in chosen}
        if points:
            found[subject] = {case: of for case, of in points.items() if of}
    return found


def _steps(durations_s: Sequence[float]) -> Points:
    return [(seconds, (place + 1) / len(durations_s)) for place, seconds in enumerate(durations_s)]


def _panels(view: View) -> list[LatencyPanel]:
    subjects, found = _subjects(view), _cases(view)
    panels = []
    for subject in subjects:
        cases = found.get(subject, {})
        workers = sorted({case.workers for case in cases if case.backend != BASELINE})
        counts = [f"with {formatting.listed([str(count) for count in workers])} workers"] if workers else []
        facts = fact_lines([*apart(subject, subjects), *counts])
        panels.append(
            LatencyPanel(name_lines(subject.workload), facts, cases, any(case in view.traced for case in cases))
        )
    return panels


def _draw_panel(axes: Axes, panel: LatencyPanel, styles: Styles, theme: Theme) -> None:
    if not panel.cases:
        say_nothing_to_draw(axes, "no item was timed alone", theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("time of an item")
    axes.set_ylabel("items done within")
    scale_latencies(axes, [seconds for points in panel.cases.values() for seconds, _ in points])
    axes.set_ylim(0 if panel.traced else 0.45, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    for case, points in panel.cases.items():
        style = styles[case.config]
        seconds, shares = [one for one, _ in points], [share for _, share in points]
        if panel.traced:
            axes.step([seconds[0], *seconds], [0, *shares], where="post", color=style.colour, linestyle=style.line)
        look: dict[str, Any] = {"color": style.colour, "marker": style.marker, "fillstyle": style.fill}
        marked = [(_within(points, share), share) for share in TOLD] if panel.traced else points
        line = "none" if panel.traced else style.line
        axes.plot(*zip(*marked, strict=True), **look, markersize=5.5, linestyle=line, linewidth=1.8)


def _within(points: Points, share: float) -> float:
    """The time in which such a share of the items was done."""
    return next(seconds for seconds, reached in points if reached >= share - 1e-12)


def _name(view: View, config: BackendConfig) -> str:
    return "plain loop" if config.backend == BASELINE else view.labels[config]


def _told(view: View, cases: Mapping[CaseId, Points]) -> str:
    told = [
        f"{_name(view, case.config)} {formatting.seconds(_within(points, 0.5))} for half of the items and at most "
        f"{formatting.seconds(points[-1][0])}"
        for case, points in cases.items()
    ]
    return formatting.listed(told)


def _source(panels: Sequence[LatencyPanel]) -> str:
    sources = []
    if any(panel.traced for panel in panels):
        sources.append("steps: the items of one traced pass, marked at half, 95 %, 99 % and the longest")
    if any(panel.cases and not panel.traced for panel in panels):
        sources.append("points: half, 95 %, 99 % and the longest item of timed passes, medians over them")
    return "; ".join(sources)
