"""The same figures for other programs."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.change import RISK
from bench.analysis.comparison import CaseChange, Comparison
from bench.analysis.load import Run
from bench.analysis.trials import case_of
from bench.present.comparison_sentences import why


def as_json(run: Run, summaries: Iterable[CaseSummary]) -> list[dict[str, Any]]:
    """Each case's fields by name, with the run's name; unknown is None, and nothing that JSON cannot say."""
    return [{"run": run.name, **_sayable(asdict(summary))} for summary in summaries]


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What `bench compare --json` prints; unknown is null. Times are in seconds, ratios are new over old.

    - `old`, `new`: the names of the runs. `threshold`: the smallest change worth naming, as a share. `level`: below
      which `p_corrected` counts. `relative`: whether times were divided by the plain loop's of the same round.
    - `differences`: objects with `what`, `old` and `new`; a side that is not known is null.
    - `cases`: those ok in both runs, with the columns that tell cases apart (`workload`, `params`, `bound`, `backend`,
      `options`, `start_method`, `async_style`, `workers`, `python`, and `old_python`), `old_s` and `new_s` (geometric
      means of the trials' times), `old_trials` and `new_trials` (those compared), `ratio`, `low` and `high` (95 %),
      `deterministic`, `p_value`, `p_corrected` (Holm), `verdict` (`faster`, `slower`, `within threshold` or
      `can't tell`), `why` (of `can't tell`), `rounds_needed` (where too few trials are why).
    - `not_ok`: the same columns, with `old_status`, `old_reason`, `new_status` and `new_reason`.
    - `only_relative`: those of `cases` that cannot be told as they are, and did change relative to the plain loop.
    - `only_old`, `only_new`: the same columns of cases that the other run does not have.
    """
    return {
        "old": comparison.old,
        "new": comparison.new,
        "threshold": comparison.threshold,
        "level": RISK,
        "relative": comparison.relative,
        "differences": [asdict(one) for one in comparison.differences],
        "cases": [_sayable(_case_change(case, comparison)) for case in comparison.cases],
        "not_ok": [asdict(case) for case in comparison.not_ok],
        "only_relative": [_sayable(_case_change(case, comparison)) for case in comparison.only_relative],
        "only_old": [asdict(case) for case in comparison.only_old],
        "only_new": [asdict(case) for case in comparison.only_new],
    }


def _case_change(case: CaseChange, comparison: Comparison) -> dict[str, Any]:
    return {
        **asdict(case_of(case)),
        "old_python": case.old_python,
        "old_s": case.old_s,
        "new_s": case.new_s,
        **asdict(case.change),
        "p_corrected": case.judgement.p_corrected,
        "verdict": case.finding,
        "why": why(case, comparison),
        "rounds_needed": case.judgement.rounds_needed,
    }


def _sayable(facts: dict[str, Any]) -> dict[str, Any]:
    unsayable = {name for name, value in facts.items() if isinstance(value, float) and not math.isfinite(value)}
    return {**facts, **dict.fromkeys(unsayable)}
