"""Decide which cases need more rounds, and say why the rounds of the others ended."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.stopping_rule import is_narrow_enough
from bench.analysis.trials import case_of
from bench.results.load import Run
from bench.schema import BASELINE, CASE_KEY, Case


class StopReason(StrEnum):
    """Why no more rounds of a case were measured."""

    PRECISE = "precise"
    ROUNDS = "rounds"
    TIME = "time"
    NO_SPEEDUP = "no speedup"
    NOT_OK = "not ok"


@dataclass(frozen=True)
class PrecisionGoal:
    """The requested precision as a share of the speedup (0.05 for plus or minus 5 %), and the maximum of rounds."""

    precision: float
    most_rounds: int


def precision_goal(run: Run) -> PrecisionGoal | None:
    """The goal of a finished run; None if it had no --precision or was interrupted."""
    effort = run.environment.get("effort")
    if run.environment.get("finished_at") is None or not isinstance(effort, dict):
        return None
    precision: Any = effort.get("precision")
    rounds: Any = effort.get("rounds")
    if type(precision) not in (int, float) or not 0 < precision < math.inf or type(rounds) is not int:
        return None
    return PrecisionGoal(float(precision), rounds)


def relative_width(summary: CaseSummary) -> float | None:
    """The half-width of the speedup's interval as a share of the speedup; None without an interval."""
    return None if summary.speedup is None else summary.speedup.relative_width


def is_settled(summary: CaseSummary, precision: float) -> bool:
    """Whether more rounds are pointless: the interval is narrow enough by now, or there will never be a speedup.

    `precision` is a share of the speedup: 0.05 for plus or minus 5 %.
    """
    if summary.is_baseline or summary.speedup is None:
        return True
    width = relative_width(summary)
    return width is not None and is_narrow_enough(width, summary.paired_rounds, precision)


def leading(cases: Iterable[Case], summaries: Iterable[CaseSummary]) -> set[Case]:
    """The baselines, and of each backend the case with the highest speedup over its baseline; by interpreter."""
    best: dict[tuple[object, ...], CaseSummary] = {}
    for summary in summaries:
        key = summary.subject, summary.config
        if summary.is_baseline or summary.speedup_or_zero > (best[key].speedup_or_zero if key in best else 0.0):
            best[key] = summary
    kept = {case_of(summary) for summary in best.values()}
    return {case for case in cases if case.id in kept}


def unsettled(cases: Sequence[Case], summaries: Iterable[CaseSummary], precision: float) -> list[Case]:
    """The cases that need another round, and the baselines that they are paired with; empty if all are settled."""
    open_cases = {case_of(summary) for summary in summaries if not is_settled(summary, precision)}
    known = [(case, case.id) for case in cases]
    subjects = {one.subject for _, one in known if one in open_cases}
    return [case for case, one in known if one in open_cases or (one.backend == BASELINE and one.subject in subjects)]


def stop_reason(summary: CaseSummary, goal: PrecisionGoal) -> StopReason | None:
    """Why the rounds of a case ended; None for the baseline, which continues as long as any case needs it.

    A case is called precise only if its precision ended its rounds, see `is_narrow_enough`.
    """
    if summary.is_baseline:
        return None
    if not summary.ok:
        return StopReason.NOT_OK
    if summary.speedup is None:
        return StopReason.NO_SPEEDUP
    if is_settled(summary, goal.precision):
        return StopReason.PRECISE
    return StopReason.ROUNDS if summary.trials >= goal.most_rounds else StopReason.TIME


def with_stop_reasons(summaries: Iterable[CaseSummary], goal: PrecisionGoal | None) -> list[CaseSummary]:
    """The summaries with the reason why their rounds ended; unchanged without a goal."""
    if goal is None:
        return list(summaries)
    return [replace(summary, stopped=stop_reason(summary, goal)) for summary in summaries]


def reasons(summaries: Iterable[CaseSummary], goal: PrecisionGoal) -> list[dict[str, Any]]:
    """The identity and stop reason of each case, for environment.json; the baseline is omitted."""
    stopped = ((summary, stop_reason(summary, goal)) for summary in summaries)
    return [
        {**{name: getattr(summary, name) for name in CASE_KEY}, "reason": reason}
        for summary, reason in stopped
        if reason
    ]
