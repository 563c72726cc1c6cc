"""Bencher Metric Format: JSON for `bencher run --adapter json`."""

from collections.abc import Sequence

from bench.analysis.case_summary import CaseSummary
from bench.output.export.base import Exported, NamedCase, json_text, ok_cases
from bench.results.load import Run

LONGEST_NAME = 1024  # characters that Bencher accepts

Measure = dict[str, float]


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """The ok cases, one benchmark each.

    `latency`, in nanoseconds as in Bencher, is that of the median trial, bounded by the fastest and the slowest.
    `speedup`, of all cases but the baseline, is bounded by its 95 % interval.
    """
    cases, remarks = ok_cases(run, summaries)
    too_long = [case.name for case in cases if len(case.name) > LONGEST_NAME]
    remarks += [
        f"Bencher accepts names of up to {LONGEST_NAME} characters; this one is longer: {name}" for name in too_long
    ]
    return Exported(json_text({case.name: _measures(case) for case in cases}), tuple(remarks))


def _measures(case: NamedCase) -> dict[str, Measure]:
    times = [seconds * 1e9 for seconds in case.seconds]
    measures = {"latency": _measure((case.summary.median_s or 0.0) * 1e9, min(times), max(times))}
    speedup = case.summary.speedup
    if speedup and not case.summary.is_baseline:
        measures["speedup"] = _measure(speedup.point, speedup.low, speedup.high)
    return measures


def _measure(value: float, low: float | None, high: float | None) -> Measure:
    ends = {"lower_value": low, "upper_value": high}
    return {"value": value, **{name: end for name, end in ends.items() if end is not None}}
