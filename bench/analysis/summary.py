"""Summarise each case: its time, its speedup over the baseline, and the uncertainty of both."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pandas import DataFrame

from bench.analysis.case_summary import CaseSummary
from bench.analysis.ceilings import ceiling_for, ceilings
from bench.analysis.cold import cold_of
from bench.analysis.estimate import Estimate
from bench.analysis.intervals import Ratio, median_interval, ratio_of
from bench.analysis.outliers import steadiness_of
from bench.analysis.pairing import paired_logs
from bench.analysis.stopping import precision_goal, with_stop_reasons
from bench.analysis.trials import CaseTrials, case_of, known, trials_by_case
from bench.analysis.workload_metrics import metrics_by_case
from bench.results.load import Run
from bench.schema import BASELINE, Bound, CaseId, ScalingKind, Subject

WITHOUT_FIXED_BATCH: dict[str, Any] = {
    "scaling": ScalingKind.WEAK,
    "critical_path_s": None,
    "cold_s": None,
    "cold_speedup": None,
    "break_even_items": None,
}  # what compares whole batches means nothing if these differ


def summarise(run: Run) -> list[CaseSummary]:
    """A summary of every case: by workload, then parameters and interpreter as first measured, the baseline first."""
    by_case = trials_by_case(run)
    references = baselines(by_case.values())
    measured = ceilings(run)
    unstopped = (
        _with_limits(_summary(trials, references.get(case.subject)), measured) for case, trials in by_case.items()
    )
    metrics = metrics_by_case(run)
    complete = (replace(one, metrics=metrics.get(case_of(one), ())) for one in unstopped)
    if run.scaling is ScalingKind.WEAK:
        complete = (replace(one, **WITHOUT_FIXED_BATCH) for one in complete)
    summaries = with_stop_reasons(complete, precision_goal(run))
    subjects = list(dict.fromkeys(case.subject for case in by_case))
    return sorted(summaries, key=lambda summary: (summary.workload, subjects.index(summary.subject), *_order(summary)))


def ideal_speedup(items: int, workers: int) -> float:
    """The speedup of equal tasks without any overhead: some workers are idle in the last wave.

    Raises ValueError for fewer than 1 item or worker.
    """
    if items < 1 or workers < 1:
        raise ValueError(f"{items} items for {workers} workers: both must be at least 1")
    return items / math.ceil(items / workers)


def baselines(cases: Iterable[CaseTrials]) -> dict[Subject, CaseTrials]:
    """The baseline of each subject; if there are several, the one with the fewest workers."""
    ordered = [trials for trials in cases if trials.case.backend == BASELINE]
    ordered.sort(key=lambda trials: trials.case.workers, reverse=True)
    return {trials.case.subject: trials for trials in ordered}


def _order(case: CaseId) -> tuple[Any, ...]:
    """The sort key of a case within its subject."""
    config = (case.options, case.start_method or "", case.async_style or "")
    return (case.backend != BASELINE, case.backend, *config, case.workers)


def _summary(trials: CaseTrials, baseline: CaseTrials | None) -> CaseSummary:
    base = _without_speedup(trials)
    if not base.ok or baseline is None:
        return base
    if trials is baseline:
        return _with_speedup(base, Ratio(1.0, None, None, base.trials, deterministic=False), base.median_s)
    paired = paired_logs(baseline, trials)
    ratio = ratio_of(paired.logs)
    if ratio is None:
        return base
    warm = _with_speedup(base, ratio, float(baseline.seconds[baseline.seconds.index.isin(paired.groups)].median()))
    cold = cold_of(trials, baseline)
    return replace(warm, cold_s=cold.cold_s, cold_speedup=cold.cold_speedup, break_even_items=cold.break_even_items)


def _with_limits(summary: CaseSummary, measured: Mapping[int, Ratio]) -> CaseSummary:
    """Add the limits of the case: the machine's ceiling, the ideal speedup, the critical path."""
    if summary.is_baseline:
        return summary
    ideal = ideal_speedup(summary.items, summary.workers) if summary.items else None
    if summary.bound != Bound.CPU:
        path_s = summary.baseline_s / ideal if summary.baseline_s is not None and ideal else None
        return replace(summary, ideal_speedup=ideal, critical_path_s=path_s)
    ceiling = ceiling_for(summary.workers, measured)
    if ceiling is None:
        return replace(summary, ideal_speedup=ideal)
    return replace(
        summary,
        ideal_speedup=ideal,
        ceiling=ceiling.estimate,
        efficiency_of_ceiling=None if summary.speedup is None else summary.speedup.point / ceiling.point,
    )


def _without_speedup(trials: CaseTrials) -> CaseSummary:
    ok, failed = trials.ok, trials.failed
    first = (ok if failed.empty else failed).iloc[0]
    return CaseSummary(
        **asdict(trials.case),
        gil=_first_known(trials.table, "gil"),
        trials=len(ok),
        failed=len(failed),
        status=first["status"],
        reason=known(first["reason"]),
        items=_first_known(trials.table, "items"),
        median=_median_time(ok),
        startup_s=_median(ok, "startup_s"),
        shutdown_s=_median(ok, "shutdown_s"),
        baseline_s=None,
        speedup=None,
        paired_rounds=0,
        deterministic=False,
        efficiency=None,
        parallelism=_median(ok, "parallelism"),
        peak_rss_bytes=None if (peak := _median(ok, "peak_rss_bytes")) is None else round(peak),
        cpu_s=_median(ok, "cpu_s"),
        switches=None if (switches := _median(ok, "switches")) is None else round(switches),
        **asdict(steadiness_of(trials)),
    )


def _with_speedup(base: CaseSummary, ratio: Ratio, baseline_s: float | None) -> CaseSummary:
    return replace(
        base,
        baseline_s=baseline_s,
        speedup=ratio.estimate,
        paired_rounds=ratio.pairs,
        deterministic=ratio.deterministic,
        efficiency=ratio.over(base.workers),
    )


def _median_time(ok: DataFrame) -> Estimate | None:
    """The median time of the ok trials with its interval, None without ok trials."""
    point = _median(ok, "elapsed_s")
    low, high = median_interval(ok["elapsed_s"].to_list()) or (None, None)
    return None if point is None else Estimate(point, low, high)


def _median(trials: DataFrame, column: str) -> float | None:
    value = known(trials[column].median())
    return None if value is None else float(value)


def _first_known(trials: DataFrame, column: str) -> Any:
    values = trials[column].dropna()
    return None if values.empty else known(values.iloc[0])
