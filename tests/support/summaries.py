"""Summaries of cases with plain defaults, for tests that depend on only one of their fields."""

from dataclasses import asdict
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.schema import Bound, Case, Gil, Status

ESTIMATES = {
    "median": ("median_s", "median_low", "median_high"),
    **{name: (name, f"{name}_low", f"{name}_high") for name in ("speedup", "efficiency", "ceiling", "cold_speedup")},
}
_FACTS: dict[str, Any] = {
    "workload": "work",
    "params": "{}",
    "bound": Bound.CPU,
    "backend": "threading",
    "options": "{}",
    "start_method": None,
    "async_style": None,
    "workers": 2,
    "python": "3.11.7",
    "gil": Gil.ON,
    "trials": 5,
    "failed": 0,
    "status": Status.OK,
    "reason": None,
    "items": 8,
    "median_s": 0.5,
    "median_low": None,
    "median_high": None,
    "startup_s": 0.001,
    "shutdown_s": 0.002,
    "baseline_s": 1.0,
    "speedup": 2.0,
    "speedup_low": 1.9,
    "speedup_high": 2.1,
    "paired_rounds": 5,
    "deterministic": False,
    "efficiency": 1.0,
    "efficiency_low": 0.95,
    "efficiency_high": 1.05,
    "parallelism": 1.8,
    "peak_rss_bytes": 30_000_000,
}


def summary(**facts: Any) -> CaseSummary:
    """An ok threading case with 2 workers, a speedup of 2 within 5 %, except for the given facts.

    Estimates are given as in JSON: `speedup=2.0, speedup_low=1.9, speedup_high=2.1`.
    """
    flat = {**_FACTS, "interpreter": facts.get("python", _FACTS["python"]), **facts}
    estimates: dict[str, Any] = {
        name: _estimate(*(flat.pop(part, None) for part in parts)) for name, parts in ESTIMATES.items()
    }
    return CaseSummary(**flat, **estimates)


def _estimate(point: float | None, low: float | None, high: float | None) -> Estimate | None:
    return None if point is None else Estimate(point, low, high)


def summary_of(case: Case, **facts: Any) -> CaseSummary:
    """A summary of a case of a plan."""
    return summary(**asdict(case.id), **facts)
