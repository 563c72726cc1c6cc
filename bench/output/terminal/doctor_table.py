"""The findings of `bench doctor`, worst first; each level is written as a word, so that no colour is needed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.machine.checks._finding import Finding, Level
from bench.output.wording import formatting

STYLES = {Level.WARNING: "bold red", Level.NOTE: "yellow", Level.UNKNOWN: "dim", Level.GOOD: "green"}
WORST_FIRST = tuple(STYLES)


def diagnosis_table(findings: Sequence[Finding]) -> RenderableType:
    """One row per finding with its advice below it, then the number of findings of each level."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in ("level", "subject", "finding and advice"):
        table.add_column(column, overflow="fold")
    for finding in sorted(findings, key=lambda finding: WORST_FIRST.index(finding.level)):
        table.add_row(Text(finding.level, style=STYLES[finding.level]), Text(finding.subject), _lines(finding))
    return Group(table, Text(), Text(_summary(findings), style="bold"))


def _lines(finding: Finding) -> Text:
    advice = f"\n-> {formatting.clean(finding.advice)}" if finding.advice else ""
    return Text(formatting.clean(finding.found) + advice)


def _summary(findings: Sequence[Finding]) -> str:
    counts = {level: sum(finding.level is level for finding in findings) for level in WORST_FIRST}
    warnings, notes = (
        formatting.counted(counts[Level.WARNING], "warning"),
        formatting.counted(counts[Level.NOTE], "note"),
    )
    return f"{warnings}, {notes}, {counts[Level.UNKNOWN]} unknown, {counts[Level.GOOD]} good."


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as JSON objects with the fields of Finding, in the order of the checks."""
    return [asdict(finding) for finding in findings]
