"""The tables of `bench show --cold`: times that include the start and stop of the pool."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.output.wording import formatting
from bench.output.wording.labels import backend_labels, by_subject, subject_name

HEADINGS = ("workers", "start", "batch", "stop", "cold speedup\n[95 % interval]", "break-even\nitems")
EXPLAINED = (
    "Cold: including the start and stop of the pool. Break-even: the smallest number of equal items that the backend, "
    "started for them, finishes before the baseline."
)


def cold_table(summaries: Sequence[CaseSummary]) -> Group:
    """One table per subject; cases that are not ok show their status instead of figures."""
    labels = backend_labels(summaries)
    subjects = by_subject(summaries)
    parts: list[Text | Table] = []
    for subject, cases in subjects.items():
        title = subject_name(subject, subjects)
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
        table.add_column("\nbackend", overflow="fold")
        for heading in HEADINGS:
            table.add_column(heading, justify="left" if heading.startswith("cold") else "right", no_wrap=True)
        for case in cases:
            table.add_row(*map(Text, _cells(case, labels[case.config])))
        parts += [Text(title, style="bold"), table, Text()]
    return Group(*parts, Text(EXPLAINED))


def _cells(case: CaseSummary, label: str) -> list[str]:
    if not case.ok:
        return [label, str(case.workers), "", "", "", case.status, ""]
    times = [formatting.seconds(value) for value in (case.startup_s, case.median_s, case.shutdown_s)]
    return [label, str(case.workers), *times, _speedup(case), _break_even(case)]


def _speedup(case: CaseSummary) -> str:
    if case.is_baseline:
        return "1.00x baseline"
    return formatting.estimated_times(case.cold_speedup)


def _break_even(case: CaseSummary) -> str:
    if case.is_baseline or case.cold_speedup is None:
        return formatting.UNKNOWN
    return "never" if case.break_even_items is None else str(case.break_even_items)
