"""The chart of a run: a panel for each workload, on one page."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.analysis.load import Run
from bench.analysis.ratio import FEWEST_ROUNDS
from bench.analysis.speedup import CaseSummary
from bench.analysis.trials import Subject, Way
from bench.errors import RecordError
from bench.present import words
from bench.present.draw_panel import draw
from bench.present.labels import apart, by_subject, variants, way_labels
from bench.present.legend import Legend, legend_of
from bench.present.page import MARGIN, NAME_LINE, POINTS, WIDTH, Page
from bench.present.panel import Panel
from bench.present.style import Style, style_of

TITLE_LETTERS, NAME_LETTERS, FACT_LETTERS, FOOTER_LETTERS = 62, 38, 46, 112  # that fit a line
FORMATS = ("png", "svg")
FONTS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
}
SAVING: dict[Any, Any] = {**FONTS, "svg.fonttype": "none", "svg.hashsalt": "concurrency-bench"}


def speedup_chart(run: Run, summaries: Sequence[CaseSummary]) -> Figure:
    """Speedups against workers with their intervals, the ideal and the usable cores; times where no case has one."""
    labels = way_labels(summaries)
    places = variants(labels)
    styles = {way: style_of(way.backend, places[way]) for way in labels}
    panels = _panels(run, summaries)
    with matplotlib.rc_context(FONTS):
        return _drawn(panels, styles, legend_of(panels, labels, styles), _title(run, panels), _footer(run, panels))


def save(figure: Figure, folder: Path, stem: str, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write the figure as folder/stem.png and so on, the same bytes each time; the paths. Raises RecordError."""
    paths = [folder / f"{stem}.{form}" for form in formats]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, form in zip(paths, formats, strict=True):
            with matplotlib.rc_context(SAVING):
                figure.savefig(path, format=form, metadata={"Date": None} if form == "svg" else None)
    except OSError as error:
        raise RecordError(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from error
    return paths


def _drawn(
    panels: Sequence[Panel], styles: Mapping[Way, Style], legend: Legend, title: list[str], footer: list[str]
) -> Figure:
    name_lines = max(len(panel.name) + len(panel.facts) for panel in panels)
    page = Page(len(panels), len(title), name_lines, legend.lines, len(footer))
    figure = page.figure()
    top, left = 1 - MARGIN / page.height, MARGIN / WIDTH
    figure.text(left, top, "\n".join(title), fontsize=14, weight="bold", va="top")
    for axes, panel in zip(page.axes(figure), panels, strict=True):
        draw(axes, panel, styles)
        _name(axes, panel)
    legend.draw(figure, page.legend_bottom)
    figure.text(left, MARGIN / page.height, "\n".join(footer), fontsize=9, color="#444444")
    return figure


def _panels(run: Run, summaries: Sequence[CaseSummary]) -> list[Panel]:
    subjects = by_subject(summaries)
    return [
        Panel(
            name=textwrap.wrap(words.clean(subject.workload), NAME_LETTERS),
            facts=textwrap.wrap(", ".join([*apart(subject, subjects), *_facts(subject, cases)]), FACT_LETTERS),
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


def _name(axes: Axes, panel: Panel) -> None:
    """The workload's name above the panel, and under it, smaller, what goes with it."""
    gap = len(panel.facts) * NAME_LINE * POINTS + 6
    axes.set_title("\n".join(panel.name), loc="left", fontsize=12, weight="bold", pad=gap)
    above: dict[str, Any] = {"xytext": (0, 5), "textcoords": "offset points", "xycoords": "axes fraction"}
    axes.annotate("\n".join(panel.facts), (0, 1), **above, va="bottom", fontsize=10, color="#444444")


def _title(run: Run, panels: Sequence[Panel]) -> list[str]:
    return textwrap.wrap(f"{_what(panels)}, run {words.clean(run.name)}", TITLE_LETTERS)


def _what(panels: Sequence[Panel]) -> str:
    if any(panel.has_speedups for panel in panels):
        return "Speedup over the plain loop"
    return "Median time" if any(panel.drawable for panel in panels) else "No result to draw"


def _footer(run: Run, panels: Sequence[Panel]) -> list[str]:
    """Where it was measured, with what, and what the bands are."""
    machine = [str(run.machine[fact]) for fact in ("cpu_model", "system") if run.machine.get(fact)]
    cores = [words.counted(run.cores_usable, "usable core")] if run.cores_usable else []
    facts = [*machine, *cores, *(f"Python {version}" for version in run.pythons), words.counted(run.rounds, "round")]
    return textwrap.wrap(words.clean(", ".join(facts)) + _bands(panels), FOOTER_LETTERS)


def _bands(panels: Sequence[Panel]) -> str:
    if any(case.speedup_low is not None for panel in panels for case in panel.rivals):
        return "; bars and bands: 95 % intervals"
    return f"; no intervals: they need {FEWEST_ROUNDS} rounds" if any(panel.has_speedups for panel in panels) else ""
