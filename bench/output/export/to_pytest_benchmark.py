"""A file in the format of pytest-benchmark, for `pytest-benchmark compare`. One round per trial; times in seconds."""

import statistics
from collections.abc import Sequence
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.output.export.base import Exported, NamedCase, json_text, ok_cases
from bench.output.export.plain_json import as_json
from bench.output.wording import formatting
from bench.results.load import Run


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """The ok cases, one benchmark each, grouped by workload, with all results of the case in `extra_info`."""
    cases, remarks = ok_cases(run, summaries)
    saved = {
        "machine_info": _machine_info(run),
        "commit_info": _commit_info(run),
        "benchmarks": [_benchmark(run, case) for case in cases],
        "datetime": run.environment.get("started_at"),
    }
    return Exported(json_text(saved), tuple(remarks))


def statistics_of(seconds: Sequence[float]) -> dict[str, Any]:
    """The fields of pytest-benchmark's Stats, by its own definitions, for at least one time.

    Its quartiles are means of two medians: of the half with the middle value, and of the half without it. Its
    `outliers` counts the times beyond one standard deviation, and those beyond 1.5 times the interquartile range.
    """
    data = sorted(seconds)
    number, mean = len(data), statistics.mean(data)
    stddev = statistics.stdev(data) if number > 1 else 0.0
    q1 = _mean_of_medians(data[: number // 2], data[: (number + 1) // 2])
    q3 = _mean_of_medians(data[(number + 1) // 2 :], data[number // 2 :])
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    beyond_iqr = sum(not low <= value <= high for value in data)
    beyond_stddev = sum(not mean - stddev <= value <= mean + stddev for value in data)
    return {
        "min": data[0],
        "max": data[-1],
        "mean": mean,
        "stddev": stddev,
        "rounds": number,
        "median": statistics.median(data),
        "iqr": q3 - q1,
        "q1": q1,
        "q3": q3,
        "iqr_outliers": beyond_iqr,
        "stddev_outliers": beyond_stddev,
        "outliers": f"{beyond_stddev};{beyond_iqr}",
        "ld15iqr": min(value for value in data if value >= low),
        "hd15iqr": max(value for value in data if value <= high),
        "ops": number / sum(seconds),
        "total": sum(seconds),
        "data": list(seconds),
        "iterations": 1,
    }


def _mean_of_medians(without_middle: Sequence[float], with_middle: Sequence[float]) -> float:
    if not without_middle:
        return with_middle[0]
    return (statistics.median(without_middle) + statistics.median(with_middle)) / 2


def _benchmark(run: Run, case: NamedCase) -> dict[str, Any]:
    summary = case.summary
    return {
        "group": " ".join(filter(None, [formatting.clean(summary.workload), formatting.settings(summary.params)])),
        "name": case.name,
        "fullname": case.name,
        "params": {"backend": summary.backend, "workers": summary.workers, "python": summary.interpreter},
        "param": None,
        "extra_info": as_json(run, [summary])[0],
        "options": {"timer": "perf_counter"},
        "stats": statistics_of(case.seconds),
    }


def _machine_info(run: Run) -> dict[str, Any]:
    system, _, release = str(run.machine.get("system") or "").partition(" ")
    return {
        "machine": run.machine.get("architecture"),
        "python_version": ", ".join(run.pythons),
        "system": system or None,
        "release": release or None,
        "cpu": {"brand_raw": run.machine.get("cpu_model"), "count": run.machine.get("cores_logical")},
    }


def _commit_info(run: Run) -> dict[str, Any]:
    commit = run.environment.get("commit")
    known = commit if isinstance(commit, dict) else {}
    return {"id": known.get("id"), "dirty": known.get("changed")}
