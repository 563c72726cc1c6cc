"""Interpreters side by side: for each workload a table of times, a conclusion and notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.interpreter_comparison import InterpreterCell, Row, SideBySide
from bench.output.html.html_table import HtmlCell, HtmlColumn, HtmlTable, number, word
from bench.output.wording import formatting
from bench.output.wording.interpreters_text import conclusion, notes, row_labels
from bench.output.wording.labels import Labels


@dataclass(frozen=True)
class InterpreterSection:
    """One workload under several interpreters: the conclusion, the times and notes."""

    conclusion: str
    grid: HtmlTable
    notes: tuple[str, ...]


def interpreter_sections(sides: Sequence[SideBySide]) -> list[InterpreterSection]:
    """One section per workload that was measured under several interpreters."""
    sections = []
    for side in sides:
        labels = row_labels(side)
        sections.append(InterpreterSection(conclusion(side, labels), _grid(side, labels), tuple(notes(side, labels))))
    return sections


def _grid(side: SideBySide, labels: Labels) -> HtmlTable:
    columns = [
        HtmlColumn("Backend", numeric=False),
        HtmlColumn("Workers"),
        *(_column(side, python) for python in side.interpreters),
    ]
    rows = [_row(row, side, labels) for row in side.rows]
    return HtmlTable(f"{formatting.clean(side.workload)}: median time (speedup)", columns, rows)


def _column(side: SideBySide, python: str) -> HtmlColumn:
    gil = "/".join(side.gils(python))
    return HtmlColumn(formatting.clean(python), f"GIL {gil}" if gil else "")


def _row(row: Row, side: SideBySide, labels: Labels) -> list[HtmlCell]:
    cells = [_cell(row.cells.get(python), row.is_baseline) for python in side.interpreters]
    return [word(labels[row.config]), number(str(row.workers), row.workers), *cells]


def _cell(measured: InterpreterCell | None, is_baseline: bool) -> HtmlCell:
    if measured is None:
        return HtmlCell(formatting.UNKNOWN)
    if measured.seconds is None:
        return HtmlCell(measured.case.status, not_ok=True)
    text = formatting.seconds(measured.seconds)
    if measured.case.speedup and not is_baseline:
        text += f" ({formatting.times(measured.case.speedup.point)})"
    return number(text, measured.seconds)
