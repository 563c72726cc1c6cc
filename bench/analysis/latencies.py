"""Latencies of single items, from the quantiles recorded for each timed pass."""

from collections.abc import Sequence

from bench.analysis.trials import CaseId, case_in
from bench.results.load import Run
from bench.schema import CASE_COLUMNS, Status

SHARES = {"latency_p50_s": 0.5, "latency_p95_s": 0.95, "latency_p99_s": 0.99, "latency_max_s": 1.0}


def latencies(run: Run) -> dict[CaseId, Sequence[tuple[float, float]]]:
    """Per case, times in seconds with the share of items that took no longer; medians over the ok samples.

    Cases without latencies are omitted.
    """
    ok = run.samples[run.samples["status"] == Status.OK]
    known = ok.dropna(subset=list(SHARES))
    groups = known.groupby(CASE_COLUMNS, dropna=False, sort=False)
    return {
        case_in(table): [(float(table[name].median()), share) for name, share in SHARES.items()] for _, table in groups
    }
