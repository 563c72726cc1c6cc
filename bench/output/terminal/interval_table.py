"""The tables of `bench show --intervals`: the uncertainty of each case's time and efficiency."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.output.wording import formatting
from bench.output.wording.labels import backend_labels, by_subject, folded, subject_name

INTERVAL = "[95 % interval]"
HEADINGS = ("workers", f"median time\n{INTERVAL}", f"efficiency\n{INTERVAL}", "of the\nceiling", "trials")
ROOM = 55  # columns for backend, time and efficiency together, out of 80
EXPLAINED = (
    "The interval of a median time is in the same unit and needs at least 6 trials; both ends are times of trials. "
    "Efficiency: speedup / workers. Of the ceiling: speedup / speedup of as many busy processes on this machine."
)


def interval_table(summaries: Sequence[CaseSummary]) -> Group:
    """One table per subject; cases that are not ok show their status instead of figures."""
    labels = backend_labels(summaries)
    subjects = by_subject(summaries)
    parts: list[Text | Table] = []
    for subject, cases in subjects.items():
        title = subject_name(subject, subjects)
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
        table.add_column("\nbackend", overflow="fold")
        for heading in HEADINGS:
            table.add_column(heading, justify="left" if INTERVAL in heading else "right", no_wrap=True)
        room = _room(cases)
        for case in cases:
            table.add_row(*map(Text, _cells(case, folded(labels[case.config], room))))
        parts += [Text(title, style="bold"), table, Text()]
    return Group(*parts, Text(EXPLAINED))


def _room(cases: Sequence[CaseSummary]) -> int:
    """The width that the figures leave for the backend."""
    columns = zip((INTERVAL, INTERVAL), *map(_figures, cases), strict=True)
    return ROOM - sum(max(map(len, column)) for column in columns)


def _cells(case: CaseSummary, label: str) -> list[str]:
    if not case.ok:
        return [label, str(case.workers), case.status, "", "", f"{case.trials}/{case.trials + case.failed}"]
    share = formatting.percent(case.efficiency_of_ceiling)
    return [label, str(case.workers), *_figures(case), share, str(case.trials)]


def _figures(case: CaseSummary) -> tuple[str, str]:
    """The time and the efficiency, each with its interval."""
    return formatting.estimated_seconds(case.median), formatting.estimated_percent(case.efficiency)
