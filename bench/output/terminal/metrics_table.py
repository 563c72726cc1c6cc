"""The tables of a workload's own metrics, below that of its speedups."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.output.terminal.case_table import WIDTH
from bench.output.wording.labels import Labels, folded
from bench.output.wording.metrics_text import MetricsTable, metrics_table

LONGEST_LABEL = 30  # characters; a longer one is split over two lines
WORKERS = "workers"
GAP = 1


def own_metrics_tables(cases: Sequence[CaseSummary], labels: Labels) -> list[Table]:
    """One row per case that has metrics, a column per metric; more tables for those that do not fit beside them."""
    found = metrics_table(cases)
    if found is None:
        return []
    names = [folded(labels[case.config], LONGEST_LABEL) for case, _ in found.rows]
    columns = [[f"{name}\n{unit}".rstrip("\n"), *cells] for (name, unit), *cells in _by_metric(found)]
    room = WIDTH - _width(["backend", *names]) - GAP - len(WORKERS)
    return [_table(found, names, some) for some in _fitting(columns, room)]


def _by_metric(found: MetricsTable) -> Iterator[tuple[tuple[str, str], *tuple[str, ...]]]:
    """The heading of each metric and its cells."""
    for place, heading in enumerate(found.headings):
        yield heading, *(cells[place] for _, cells in found.rows)


def _fitting(columns: Sequence[Sequence[str]], room: int) -> list[list[Sequence[str]]]:
    """The columns, as many beside each other as fit into this many characters, but at least one."""
    parts: list[list[Sequence[str]]] = []
    left = 0
    for column in columns:
        needed = GAP + _width(column)
        if not parts or needed > left:
            parts.append([])
            left = room
        parts[-1].append(column)
        left -= needed
    return parts


def _width(texts: Sequence[str]) -> int:
    return max(len(line) for text in texts for line in text.split("\n"))


def _table(found: MetricsTable, names: Sequence[str], columns: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("backend", overflow="fold")
    table.add_column(WORKERS, justify="right")
    for heading, *_ in columns:
        table.add_column(Text(heading), overflow="fold")
    for place, (case, _) in enumerate(found.rows, 1):
        cells = [names[place - 1], str(case.workers), *(column[place] for column in columns)]
        table.add_row(*map(Text, cells))
    return table
