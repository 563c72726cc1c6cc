"""The table of `bench overhead`, and the same as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.analysis.estimate import Estimate
from bench.analysis.overhead import OverheadSummary
from bench.output.wording import formatting
from bench.schema import BASELINE

HEADINGS = (
    "per empty\nitem",
    "start of\na worker",
    "private",
    "shared",
    "sent\nper s",
    "half efficient\nfrom items of",
)
EXPLAINED = (
    "Private and shared: what one more worker adds to the resident memory. Sent: bytes that reach the workers. Half "
    "efficient: the smallest computing item with which half of the cores' time is spent on the work (METG)."
)
NOT_COPIED = "no copy"


def overhead_table(summaries: Sequence[OverheadSummary]) -> Group:
    """One row per backend, the baseline first."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("\nbackend", overflow="fold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for summary in summaries:
        table.add_row(*map(Text, _cells(summary)))
    workers = formatting.counted(max(summary.workers for summary in summaries), "worker")
    repetitions = formatting.counted(summaries[0].repetitions, "repetition")
    return Group(table, Text(), Text(f"{EXPLAINED} With {workers}, means of {repetitions}; --json has the intervals."))


def overhead_json(summaries: Sequence[OverheadSummary]) -> list[dict[str, Any]]:
    """The summaries as JSON objects with the fields of `OverheadSummary`."""
    return [asdict(summary) for summary in summaries]


def _cells(summary: OverheadSummary) -> list[str]:
    baseline = summary.backend == BASELINE
    return [
        formatting.clean(summary.backend),
        formatting.seconds(summary.item_s.point),
        formatting.UNKNOWN if baseline else _seconds(summary.worker_start_s),
        formatting.UNKNOWN if baseline else _size(summary.worker_private_bytes),
        formatting.UNKNOWN if baseline else _size(summary.worker_shared_bytes),
        formatting.UNKNOWN if baseline else _sent(summary),
        formatting.UNKNOWN if baseline else efficient_from(summary),
    ]


def _seconds(estimate: Estimate | None) -> str:
    """A time; 0 if its interval contains 0."""
    if estimate is None:
        return formatting.UNKNOWN
    return "0" if _may_be_zero(estimate) else formatting.seconds(estimate.point)


def _size(estimate: Estimate | None) -> str:
    if estimate is None:
        return formatting.UNKNOWN
    return "0" if _may_be_zero(estimate) else formatting.size(round(estimate.point))


def _may_be_zero(estimate: Estimate) -> bool:
    return estimate.point <= 0 or (estimate.low is not None and estimate.low <= 0)


def _sent(summary: OverheadSummary) -> str:
    return NOT_COPIED if summary.sent_bytes_per_s is None else formatting.size(round(summary.sent_bytes_per_s.point))


def efficient_from(summary: OverheadSummary) -> str:
    """The smallest item that is half efficient, or on which side of all of those tried it is."""
    if summary.efficient_from_s is not None:
        return formatting.seconds(summary.efficient_from_s.point)
    if summary.always_efficient:
        return f"under {formatting.seconds(summary.efficiencies[0].item_s)}"
    if summary.efficiency_unsure:
        return "can't tell"
    return f"none to {formatting.seconds(summary.largest_item_s)}"
