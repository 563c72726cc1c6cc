"""Tables of chosen figures, one table per subject and one row per case, within 80 columns."""

from collections.abc import Callable, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.output.wording.labels import backend_labels, by_subject, folded, subject_name

WIDTH = 80
INTERVAL = "[95 % interval]"  # a column of such figures is aligned to the left


def subject_tables(
    summaries: Sequence[CaseSummary],
    headings: Sequence[str],
    figures: Callable[[CaseSummary], Sequence[str]],
    explained: str,
) -> Group:
    """A table per subject with the backend and the `figures` of each case, and what the headings mean below them all.

    A label that the figures leave no room for is split over two lines.
    """
    labels = backend_labels(summaries)
    subjects = by_subject(summaries)
    parts: list[Text | Table] = []
    for subject, cases in subjects.items():
        rows = [figures(case) for case in cases]
        room = WIDTH - sum(map(_width, zip(headings, *rows, strict=True)))
        table = _empty_table(headings)
        for case, cells in zip(cases, rows, strict=True):
            table.add_row(*map(Text, (folded(labels[case.config], room), *cells)))
        parts += [Text(subject_name(subject, subjects), style="bold"), table, Text()]
    return Group(*parts, Text(explained))


def _empty_table(headings: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("\nbackend", overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="left" if INTERVAL in heading else "right", no_wrap=True)
    return table


def _width(column: Sequence[str]) -> int:
    """The width of a column, including the gap before it."""
    return 1 + max(len(line) for text in column for line in text.split("\n"))
