"""Summaries of cases with plain defaults, for tests that care about one thing of them."""

from dataclasses import asdict, replace
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.schema import Bound, Case, Gil, Status

_SUMMARY = CaseSummary(
    workload="work",
    params="{}",
    bound=Bound.CPU,
    backend="threading",
    options="{}",
    start_method=None,
    async_style=None,
    workers=2,
    python="3.11.7",
    gil=Gil.ON,
    trials=5,
    failed=0,
    status=Status.OK,
    reason=None,
    items=8,
    median_s=0.5,
    median_low=None,
    median_high=None,
    startup_s=0.001,
    shutdown_s=0.002,
    baseline_s=1.0,
    speedup=2.0,
    speedup_low=1.9,
    speedup_high=2.1,
    paired_rounds=5,
    deterministic=False,
    efficiency=1.0,
    efficiency_low=0.95,
    efficiency_high=1.05,
    parallelism=1.8,
    peak_rss_bytes=30_000_000,
)


def summary(**facts: Any) -> CaseSummary:
    """An ok threading case of 2 workers, twice as fast within 5 %, but for what is said."""
    return replace(_SUMMARY, **facts)


def summary_of(case: Case, **facts: Any) -> CaseSummary:
    """The same of a case of a plan."""
    return summary(**asdict(case.id), **facts)
