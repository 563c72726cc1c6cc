"""Panels with one row per case: their height, and the room that the names of the cases take."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from bench.analysis.case_summary import CaseSummary
from bench.output.charts.chart_text import LONGEST_LABEL, case_label, fact_lines, name_lines
from bench.output.charts.page import Layout
from bench.output.charts.theme import Theme
from bench.output.charts.view import View
from bench.output.wording import formatting
from bench.output.wording.labels import apart, by_subject

ROW, ROOM = 0.21, 0.25  # inches
FONT_SIZE, LETTER = 9.0, 0.076  # points, inches


@dataclass(frozen=True)
class RowPanel:
    """The cases of one workload, the first at the top, with their labels."""

    name: Sequence[str]
    facts: Sequence[str]
    cases: Sequence[CaseSummary]
    labels: Sequence[str]

    @property
    def height(self) -> float:
        """In inches."""
        return ROOM + ROW * max(4, len(self.cases))

    @property
    def baseline(self) -> CaseSummary | None:
        """The baseline, if it is ok."""
        return next((case for case in self.cases if case.is_baseline and case.ok), None)


def row_panels(view: View, cases: Sequence[CaseSummary], longest: int = LONGEST_LABEL) -> list[RowPanel]:
    """One panel per workload and interpreter, with those of its cases that are given.

    Labels of more than `longest` letters are shortened.
    """
    shown, subjects = by_subject(cases), by_subject(view.summaries)
    panels = []
    for subject in subjects:
        rows = shown.get(subject, [])
        labels = [case_label(view, case, longest) for case in rows]
        items = [formatting.counted(case.items, "item") for case in rows if case.items is not None]
        facts = fact_lines([*apart(subject, subjects), *items[:1]])
        panels.append(RowPanel(name_lines(subject.workload), facts, rows, labels))
    return panels


def layout_of(panels: Sequence[RowPanel], columns: int = 1) -> Layout:
    """Panels one below the other, with room for the longest label."""
    longest = max((len(label) for panel in panels for label in panel.labels), default=0)
    return Layout(columns, left=0.3 + LETTER * longest, heights=[panel.height for panel in panels])


def scale_rows(axes: Axes, panel: RowPanel, theme: Theme) -> None:
    """One row per case, from the top, labelled on the left."""
    axes.set_yticks(range(len(panel.labels)), panel.labels, fontsize=FONT_SIZE)
    axes.set_ylim(len(panel.labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
