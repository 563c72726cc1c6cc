"""The chart of a run: a panel for each workload, on one page."""

from collections.abc import Sequence
from functools import partial

from matplotlib.figure import Figure

from bench.analysis.case_summary import CaseSummary
from bench.analysis.load import Run
from bench.analysis.trials import Subject
from bench.present import words
from bench.present.draw_panel import draw
from bench.present.labels import apart, by_subject, variants, way_labels
from bench.present.legend import legend_of
from bench.present.panel import Panel
from bench.present.sheet import fact_lines, name_lines, sheet, surroundings
from bench.present.style import style_of
from bench.samples import FEWEST_ROUNDS


def speedup_chart(run: Run, summaries: Sequence[CaseSummary]) -> Figure:
    """Speedups against workers with their intervals, the ideal and the usable cores; times where no case has one."""
    labels = way_labels(summaries)
    places = variants(labels)
    styles = {way: style_of(way.backend, places[way]) for way in labels}
    panels = _panels(run, summaries)
    legend = legend_of(panels, labels, styles)
    title = f"{_what(panels)}, run {words.clean(run.name)}"
    return sheet(panels, partial(draw, styles=styles), legend, title, surroundings(run) + _bands(panels))


def _panels(run: Run, summaries: Sequence[CaseSummary]) -> list[Panel]:
    subjects = by_subject(summaries)
    return [
        Panel(
            name=name_lines(subject.workload),
            facts=fact_lines([*apart(subject, subjects), *_facts(subject, cases)]),
            cases=cases,
            cores=run.cores_usable,
        )
        for subject, cases in subjects.items()
    ]


def _facts(subject: Subject, cases: Sequence[CaseSummary]) -> list[str]:
    """The time that a panel's speedups start from, and the size of its batch."""
    loops = [f"plain loop {words.seconds(case.median_s)}" for case in cases if case.is_baseline and case.median_s]
    items = [words.counted(case.items, "item") for case in cases if case.items is not None]
    return [*loops[:1], *items[:1]]


def _what(panels: Sequence[Panel]) -> str:
    if any(panel.has_speedups for panel in panels):
        return "Speedup over the plain loop"
    return "Median time" if any(panel.drawable for panel in panels) else "No result to draw"


def _bands(panels: Sequence[Panel]) -> str:
    if any(case.speedup_low is not None for panel in panels for case in panel.rivals):
        return "; bars and bands: 95 % intervals"
    return f"; no intervals: they need {FEWEST_ROUNDS} rounds" if any(panel.has_speedups for panel in panels) else ""
