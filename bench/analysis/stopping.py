"""Which cases need further rounds, and what ended those of the others."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.trials import case_of
from bench.results.load import Run
from bench.schema import BASELINE, CASE_KEY, MIN_ROUNDS_FOR_PRECISION, Case

CHECK_EVERY = 2  # looking after every round would cover the truth too seldom


class StopReason(StrEnum):
    """Why no more rounds were measured of a case."""

    PRECISE = "precise"
    ROUNDS = "rounds"
    TIME = "time"
    NO_SPEEDUP = "no speedup"
    NOT_OK = "not ok"


@dataclass(frozen=True)
class Asked:
    """What a run was to reach: a share of the speedup, 0.05 for plus or minus 5 %, and the most rounds for it."""

    precision: float
    most_rounds: int


def asked_of(run: Run) -> Asked | None:
    """What a finished run was asked for; None where that was no precision, or the run was interrupted."""
    effort = run.environment.get("effort")
    if run.environment.get("finished_at") is None or not isinstance(effort, dict):
        return None
    precision: Any = effort.get("precision")
    rounds: Any = effort.get("rounds")
    if type(precision) not in (int, float) or not 0 < precision < math.inf or type(rounds) is not int:
        return None
    return Asked(float(precision), rounds)


def relative_width(summary: CaseSummary) -> float | None:
    """How far the interval of the speedup reaches from it, as a share of the speedup; None without an interval."""
    return None if summary.speedup is None else summary.speedup.relative_width


def is_settled(summary: CaseSummary, precision: float) -> bool:
    """Whether more rounds would tell nothing more: the interval is narrow enough, or there will never be a speedup.

    `precision` is a share of the speedup: 0.05 for plus or minus 5 %.
    """
    if summary.is_baseline or summary.speedup is None:
        return True
    width = relative_width(summary)
    return width is not None and width <= precision


def unsettled(cases: Sequence[Case], summaries: Iterable[CaseSummary], precision: float) -> list[Case]:
    """The cases that need another round, and the baselines that they are paired with; none where all are settled."""
    open_cases = {case_of(summary) for summary in summaries if not is_settled(summary, precision)}
    known = [(case, case.id) for case in cases]
    subjects = {one.subject for _, one in known if one in open_cases}
    return [case for case, one in known if one in open_cases or (one.backend == BASELINE and one.subject in subjects)]


def why_stopped(summary: CaseSummary, asked: Asked) -> StopReason | None:
    """What ended the rounds of a case; None for the baseline, which goes on as long as any case needs it.

    Before the first look no case is called precise, for its precision is not what ended it.
    """
    if summary.is_baseline:
        return None
    if not summary.ok:
        return StopReason.NOT_OK
    if summary.speedup is None:
        return StopReason.NO_SPEEDUP
    if is_settled(summary, asked.precision) and summary.trials >= MIN_ROUNDS_FOR_PRECISION:
        return StopReason.PRECISE
    return StopReason.ROUNDS if summary.trials >= asked.most_rounds else StopReason.TIME


def with_reasons(summaries: Iterable[CaseSummary], asked: Asked | None) -> list[CaseSummary]:
    """The same, each with what ended its rounds; unchanged where nothing was asked for."""
    if asked is None:
        return list(summaries)
    return [replace(summary, stopped=why_stopped(summary, asked)) for summary in summaries]


def reasons(summaries: Iterable[CaseSummary], asked: Asked) -> list[dict[str, Any]]:
    """For the record: what tells each case from others, and its reason; the baseline is left out."""
    told = ((summary, why_stopped(summary, asked)) for summary in summaries)
    return [
        {**{name: getattr(summary, name) for name in CASE_KEY}, "reason": reason} for summary, reason in told if reason
    ]
