"""The tables of `bench show --intervals`: the uncertainty of each case's time and efficiency."""

from collections.abc import Sequence

from rich.console import Group

from bench.analysis.case_summary import CaseSummary
from bench.output.terminal.subject_tables import INTERVAL, subject_tables
from bench.output.wording import formatting

HEADINGS = ("workers", f"median time\n{INTERVAL}", f"efficiency\n{INTERVAL}", "of the\nceiling", "trials")
EXPLAINED = (
    "The interval of a median time is in the same unit and needs at least 6 trials; both ends are times of trials. "
    "Efficiency: speedup / workers. Of the ceiling: speedup / speedup of as many busy processes on this machine."
)


def interval_table(summaries: Sequence[CaseSummary]) -> Group:
    """One table per subject; cases that are not ok show their status instead of figures."""
    return subject_tables(summaries, HEADINGS, _figures, EXPLAINED)


def _figures(case: CaseSummary) -> list[str]:
    if not case.ok:
        return [str(case.workers), case.status, "", "", f"{case.trials}/{case.trials + case.failed}"]
    time, efficiency = formatting.estimated_seconds(case.median), formatting.estimated_percent(case.efficiency)
    return [str(case.workers), time, efficiency, formatting.percent(case.efficiency_of_ceiling), str(case.trials)]
