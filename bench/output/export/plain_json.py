"""Results and comparisons as JSON for other programs."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.change import RISK
from bench.analysis.compare import CaseChange, Comparison
from bench.analysis.estimate import point_of
from bench.analysis.trials import case_of
from bench.output.wording.comparison_text import why
from bench.results.load import Run

ESTIMATES = {
    "median": ("median_s", "median_low", "median_high"),
    **{name: (name, f"{name}_low", f"{name}_high") for name in ("speedup", "efficiency", "ceiling", "cold_speedup")},
}


def as_json(run: Run, summaries: Iterable[CaseSummary]) -> list[dict[str, Any]]:
    """What `bench show --json` prints: a list with one object per case; unknown is null. Times are in seconds.

    - `run`: the run's name. What identifies a case: `workload`, `params` (JSON, as text), `bound` (`cpu` or
      `io`), `backend`, `options` (JSON, as text), `start_method`, `async_style` (`native` or `blocking`), `workers`,
      `interpreter` (its label, by default the version), `python` (the version, like 3.13.15t).
    - `gil` (`on` or `off`), `items` of the batch. `trials`: the number of ok trials, `failed`: that of the others.
      `status`: `ok`, or that of the first trial that is not (`wrong`, `error`, `timeout`, `crashed`, `skipped`), with
      its `reason`.
    - `median_s`: the median over the ok trials of the batch's time, with its 95 % interval `median_low` and
      `median_high`, in seconds (6 trials or more). `startup_s`, `shutdown_s`: the same of the pool's start and stop.
    - `speedup`: the baseline's time over the case's, paired by cycle: the geometric mean over `paired_rounds` (the
      number of trials that took turns with one of the baseline, usually one per round), with its 95 % interval
      `speedup_low` and `speedup_high` (3 trials or more). `baseline_s`: the baseline's median over these trials.
      `deterministic`: whether the ratio never varied.
    - `efficiency`, `efficiency_low`, `efficiency_high`: the same over the workers, as shares of 1.
    - `ceiling`: the speedup of as many busy processes in this run, with its 95 % interval `ceiling_low` and
      `ceiling_high`; `efficiency_of_ceiling`: the speedup over it. `ideal_speedup`: that of equal tasks;
      `critical_path_s`: of waiting work, the time that this leaves.
    - `parallelism`: CPU seconds per second, the number of busy cores. `cpu_s`: these CPU seconds, for one timed pass.
      `peak_rss_bytes`: memory, in bytes. `switches`: context switches.
    - With the pool's start and stop in the time: `cold_s`, `cold_speedup`, `cold_speedup_low`, `cold_speedup_high`, and
      `break_even_items`: the number of items from which the case, started cold, beats the baseline.
    - Trials, kept in all figures: `outliers` far from the others, `slow_first_passes` with a first timed pass slower
      than the rest, `contaminated` by other programs.
    - `scaling`: `strong`, or `weak` if the batch grew with the workers: a speedup is throughput over throughput then.
    - `metrics`: the workload's own, a list of objects with `name`, `unit`, `mean` over the ok trials, and its 95 %
      interval from `low` to `high` (3 trials or more).
    - `stopped`: what ended the rounds of a whole run with --precision: `precise`, `rounds`, `time`, `no speedup` or
      `not ok`; null for the baseline.
    """
    return [{"run": run.name, **without_nan(_flat(summary))} for summary in summaries]


def _flat(summary: CaseSummary) -> dict[str, Any]:
    """The fields of a summary, with each estimate split into three fields."""
    flat: dict[str, Any] = {}
    for name, value in asdict(summary).items():
        if name in ESTIMATES:
            flat.update(zip(ESTIMATES[name], value.values() if value else (None, None, None), strict=True))
        elif name == "metrics":
            flat[name] = [
                {"name": one["name"], "unit": one["unit"], "mean": one["value"].pop("point"), **one["value"]}
                for one in value
            ]
        else:
            flat[name] = value
    return flat


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What `bench compare --json` prints; unknown is null. Times are in seconds, ratios are new over old.

    - `old`, `new`: the names of the runs, or the labels of two interpreters `within` a run. `threshold`: the smallest
      change worth naming, as a share. `level`: the significance level for `p_corrected`. `relative`: whether times were
      divided by the baseline's of the same cycle.
    - `differences`: objects with `what`, `old` and `new`; an unknown side is null.
    - `cases`: those ok on both sides, with the columns that identify a case (`workload`, `params`, `bound`, `backend`,
      `options`, `start_method`, `async_style`, `workers`, `interpreter`, `python`, and `old_python`), `old_s` and
      `new_s` (geometric means of the trials' times), `basis` (what is compared: times `as measured`,
      `relative to the reference pass`, `relative to the baseline`, or `paired by cycle`), `old_trials` and `new_trials`
      (those compared), `ratio`, `low` and `high` (95 %), `deterministic`, `p_value`, `p_corrected` (Holm), `verdict`
      (`faster`, `slower`, `within threshold` or `can't tell`), `why` (of `can't tell`), `rounds_needed` (where too few
      trials are why).
    - `not_ok`: the same columns, with `old_status`, `old_reason`, `new_status` and `new_reason`.
    - `only_relative`: those of `cases` with the verdict `can't tell` that did change relative to the baseline.
    - `only_old`, `only_new`: the same columns of the cases that the other run lacks.
    """
    return {
        "old": comparison.old,
        "new": comparison.new,
        "within": comparison.within,
        "threshold": comparison.threshold,
        "level": RISK,
        "relative": comparison.relative,
        "differences": [asdict(one) for one in comparison.differences],
        "cases": [without_nan(_case_change(case, comparison)) for case in comparison.cases],
        "not_ok": [asdict(case) for case in comparison.not_ok],
        "only_relative": [without_nan(_case_change(case, comparison)) for case in comparison.only_relative],
        "only_old": [asdict(case) for case in comparison.only_old],
        "only_new": [asdict(case) for case in comparison.only_new],
    }


def _case_change(case: CaseChange, comparison: Comparison) -> dict[str, Any]:
    change = case.change
    return {
        **asdict(case_of(case)),
        "old_python": case.old_python,
        "old_s": case.old_s,
        "new_s": case.new_s,
        "basis": case.basis,
        "ratio": point_of(change.ratio),
        "low": change.ratio.low if change.ratio else None,
        "high": change.ratio.high if change.ratio else None,
        "p_value": change.p_value,
        "old_trials": change.old_trials,
        "new_trials": change.new_trials,
        "deterministic": change.deterministic,
        "p_corrected": case.judgement.p_corrected,
        "verdict": case.finding,
        "why": why(case, comparison),
        "rounds_needed": case.judgement.rounds_needed,
    }


def without_nan(value: Any) -> Any:
    """The value with null for nan and infinities, which an external file may contain and JSON cannot express."""
    if isinstance(value, dict):
        return {name: without_nan(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
