"""Latency of single items by backend: the share of items that finished within a given time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bench.analysis.latencies import latencies
from bench.analysis.trials import case_of
from bench.output.charts.chart_kind import ChartTable
from bench.output.charts.chart_text import fact_lines, joined, name_lines, not_ok, not_ok_note, subject_name
from bench.output.charts.legend import Legend, config_line
from bench.output.charts.scales import scale_latencies
from bench.output.charts.sheet import Sheet, draw_empty, provenance
from bench.output.charts.style import Styles
from bench.output.charts.theme import Theme
from bench.output.charts.view import View, representative_per_config
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject
from bench.schema import BASELINE, BackendConfig, CaseId, Subject

Points = Sequence[tuple[float, float]]  # seconds, and the share of items that took no longer
MARKED_SHARES = (0.5, 0.95, 0.99, 1.0)


@dataclass(frozen=True)
class LatencyPanel:
    """One workload: one case per backend configuration, with its points; `traced` if each point is an item."""

    name: Sequence[str]
    facts: Sequence[str]
    cases: Mapping[CaseId, Points]
    traced: bool


def draw(view: View, theme: Theme) -> Figure | None:
    """One step per item if there is a traced pass, else the quantiles of the timed passes."""
    panels, styles = _panels(view), view.styles(theme)
    if not any(panel.cases for panel in panels):
        return None
    drawn = {case.config for panel in panels for case in panel.cases}
    legend = Legend([(_name(view, config), config_line(styles[config])) for config in view.labels if config in drawn])
    title = f"Latency: time per item, run {formatting.clean(view.run.name)}"
    footer = f"{provenance(view.run)}; {_source(panels)}{not_ok_note(view.summaries)}"
    return Sheet(title, footer, legend, theme).compose(panels, partial(_draw_panel, styles=styles, theme=theme))


def why_not(view: View) -> str:
    """The time of single items is unknown."""
    return "no item was timed individually: the timed passes were too short; bench run --trace times every item"


def alt(view: View) -> str:
    """The median and the maximum latency of each case."""
    findings = [
        f"{subject_name(subject, _subjects(view))}: {_extremes(view, cases)}" for subject, cases in _cases(view).items()
    ]
    what = "The share of items that finished within a given time, one line per backend."
    return f"{what} {joined(findings)}{not_ok(view.summaries)}"


def table(view: View) -> ChartTable:
    """Each case that is drawn, with the quantiles of its items' times."""
    headings = ("workload", "backend", "workers", "median", "95 %", "99 %", "maximum", "source")
    rows = [
        [
            subject_name(subject, _subjects(view)),
            _name(view, case.config),
            str(case.workers),
            *(formatting.seconds(_within(points, share)) for share in MARKED_SHARES),
            "traced pass" if case in view.traced else "timed passes",
        ]
        for subject, cases in _cases(view).items()
        for case, points in cases.items()
    ]
    return ChartTable(headings, rows)


def _subjects(view: View) -> Sequence[Subject]:
    return list(by_subject(view.summaries))


def _cases(view: View) -> dict[Subject, dict[CaseId, Points]]:
    """By workload, one case per backend configuration: from the traced pass if there is one, else from timed passes."""
    measured = latencies(view.run)
    shown: dict[Subject, dict[CaseId, Points]] = {}
    for subject, cases in by_subject(view.summaries).items():
        traced = {case: _steps(one.durations_s) for case, one in view.traced.items() if case.subject == subject}
        known = [case for case in cases if case_of(case) in measured]
        chosen = representative_per_config(known, view.run.cores_usable)
        points = traced or {case_of(case): measured[case_of(case)] for case in chosen}
        if points:
            shown[subject] = {case: of for case, of in points.items() if of}
    return shown


def _steps(durations_s: Sequence[float]) -> Points:
    return [(seconds, (place + 1) / len(durations_s)) for place, seconds in enumerate(durations_s)]


def _panels(view: View) -> list[LatencyPanel]:
    subjects, shown = _subjects(view), _cases(view)
    panels = []
    for subject in subjects:
        cases = shown.get(subject, {})
        workers = sorted({case.workers for case in cases if case.backend != BASELINE})
        plural = "" if workers == [1] else "s"
        counts = [f"{formatting.listed([str(count) for count in workers])} worker{plural}"] if workers else []
        facts = fact_lines([*apart(subject, subjects), *counts])
        panels.append(
            LatencyPanel(name_lines(subject.workload), facts, cases, any(case in view.traced for case in cases))
        )
    return panels


def _draw_panel(axes: Axes, panel: LatencyPanel, styles: Styles, theme: Theme) -> None:
    if not panel.cases:
        draw_empty(axes, "no item was timed individually", theme)
        return
    axes.grid(True, color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel("time per item")
    axes.set_ylabel("share of items finished")
    scale_latencies(axes, [seconds for points in panel.cases.values() for seconds, _ in points])
    axes.set_ylim(0 if panel.traced else 0.45, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    for case, points in panel.cases.items():
        style = styles[case.config]
        seconds, shares = [one for one, _ in points], [share for _, share in points]
        if panel.traced:
            axes.step([seconds[0], *seconds], [0, *shares], where="post", color=style.colour, linestyle=style.line)
        look: dict[str, Any] = {"color": style.colour, "marker": style.marker, "fillstyle": style.fill}
        marked = [(_within(points, share), share) for share in MARKED_SHARES] if panel.traced else points
        line = "none" if panel.traced else style.line
        axes.plot(*zip(*marked, strict=True), **look, markersize=5.5, linestyle=line, linewidth=1.8)


def _within(points: Points, share: float) -> float:
    """The time within which this share of the items finished."""
    return next(seconds for seconds, reached in points if reached >= share - 1e-12)


def _name(view: View, config: BackendConfig) -> str:
    return "baseline" if config.backend == BASELINE else view.labels[config]


def _extremes(view: View, cases: Mapping[CaseId, Points]) -> str:
    facts = [
        f"{_name(view, case.config)} (median {formatting.seconds(_within(points, 0.5))}, "
        f"maximum {formatting.seconds(points[-1][0])})"
        for case, points in cases.items()
    ]
    return formatting.listed(facts)


def _source(panels: Sequence[LatencyPanel]) -> str:
    sources = []
    if any(panel.traced for panel in panels):
        sources.append("steps: the items of one traced pass, marked at the median, 95 %, 99 % and the maximum")
    if any(panel.cases and not panel.traced for panel in panels):
        sources.append(
            "points: median, 95 %, 99 % and maximum item of the timed passes, each the median over the passes"
        )
    return "; ".join(sources)
