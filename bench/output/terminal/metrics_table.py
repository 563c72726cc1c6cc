"""The table of a workload's own metrics, below that of its speedups."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.output.wording.labels import Labels
from bench.output.wording.metrics_text import metrics_table


def own_metrics_table(cases: Sequence[CaseSummary], labels: Labels) -> Table | None:
    """One row per case that has metrics, a column per metric; None if the workload has none."""
    found = metrics_table(cases)
    if found is None:
        return None
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("backend", overflow="fold")
    table.add_column("workers", justify="right")
    for name, unit in found.headings:
        table.add_column(Text(f"{name}\n{unit}".rstrip("\n")), overflow="fold")
    for case, cells in found.rows:
        table.add_row(*map(Text, (labels[case.config], str(case.workers), *cells)))
    return table
