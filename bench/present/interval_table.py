"""What `bench show --intervals` prints: how sure each case's time and efficiency are."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.case_summary import CaseSummary
from bench.present import words
from bench.present.labels import apart, by_subject, way_labels

HEADINGS = ("workers", "median time\n[95 % interval]", "efficiency\n[95 % interval]", "of the\nceiling", "trials")
EXPLAINED = (
    "A time's interval has the true median between two of the trials' times, in its own unit; fewer than 6 trials have "
    "none. Efficiency is the speedup over the workers, with the speedup's interval; of the ceiling, over what as many "
    "busy processes gave here."
)


def interval_table(summaries: Sequence[CaseSummary]) -> Group:
    """One table a subject; cases that are not ok show their status in place of figures."""
    labels = way_labels(summaries)
    subjects = by_subject(summaries)
    parts: list[Text | Table] = []
    for subject, cases in subjects.items():
        title = ", ".join([words.clean(subject.workload), *apart(subject, subjects)])
        table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
        table.add_column("\nbackend", overflow="fold")
        for heading in HEADINGS:
            table.add_column(heading, justify="left" if "interval" in heading else "right", no_wrap=True)
        for case in cases:
            table.add_row(*map(Text, _cells(case, labels[case.way])))
        parts += [Text(title, style="bold"), table, Text()]
    return Group(*parts, Text(EXPLAINED))


def _cells(case: CaseSummary, label: str) -> list[str]:
    if not case.ok:
        return [label, str(case.workers), "", case.status, "", f"{case.trials}/{case.trials + case.failed}"]
    time = words.seconds_between(case.median_s, case.median_low, case.median_high)
    efficiency = words.percent_between(case.efficiency, case.efficiency_low, case.efficiency_high)
    return [label, str(case.workers), time, efficiency, words.percent(case.efficiency_of_ceiling), str(case.trials)]
