"""The tables of `bench show --cold`: times that include the start and stop of the pool."""

from collections.abc import Sequence

from rich.console import Group

from bench.analysis.case_summary import CaseSummary
from bench.output.terminal.subject_tables import INTERVAL, subject_tables
from bench.output.wording import formatting

HEADINGS = ("workers", "start", "batch", "stop", f"cold speedup\n{INTERVAL}", "break-even\nitems")
EXPLAINED = (
    "Cold: including the start and stop of the pool. Break-even: the smallest number of equal items that the backend, "
    "started for them, finishes before the baseline."
)


def cold_table(summaries: Sequence[CaseSummary]) -> Group:
    """One table per subject; cases that are not ok show their status instead of figures."""
    return subject_tables(summaries, HEADINGS, _figures, EXPLAINED)


def _figures(case: CaseSummary) -> list[str]:
    if not case.ok:
        return [str(case.workers), "", "", "", case.status, ""]
    times = [formatting.seconds(value) for value in (case.startup_s, case.median_s, case.shutdown_s)]
    return [str(case.workers), *times, _speedup(case), _break_even(case)]


def _speedup(case: CaseSummary) -> str:
    if case.is_baseline:
        return "1.00x baseline"
    return formatting.estimated_times(case.cold_speedup)


def _break_even(case: CaseSummary) -> str:
    if case.is_baseline or case.cold_speedup is None:
        return formatting.UNKNOWN
    return "never" if case.break_even_items is None else str(case.break_even_items)
