"""Which cases need further rounds: those whose speedup is not yet known as precisely as asked."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from bench.analysis.case_summary import CaseSummary
from bench.samples import BASELINE, Case, canonical_json

CHECK_EVERY = 2  # looking after every round would cover the truth too seldom


class Stopped(StrEnum):
    """Why no more rounds were measured of a case."""

    PRECISE = "precise"
    ROUNDS = "rounds"
    TIME = "time"
    NOT_OK = "not ok"


def relative_width(summary: CaseSummary) -> float | None:
    """The larger distance from the speedup to an end of its interval, over the speedup; None where there is none."""
    if summary.speedup is None or summary.speedup_low is None or summary.speedup_high is None:
        return None
    return max(summary.speedup_high / summary.speedup - 1, 1 - summary.speedup_low / summary.speedup)


def is_settled(summary: CaseSummary, precision: float) -> bool:
    """Whether more rounds would tell nothing more: the interval is narrow enough, or there will never be a speedup.

    `precision` is a share of the speedup: 0.05 for plus or minus 5 %.
    """
    if summary.is_baseline or summary.speedup is None:
        return True
    width = relative_width(summary)
    return width is not None and width <= precision


def unsettled(cases: Sequence[Case], summaries: Iterable[CaseSummary], precision: float) -> list[Case]:
    """The cases that need another round, and the plain loops that they are paired with; none where all are settled."""
    open_cases = {_key_of_summary(summary) for summary in summaries if not is_settled(summary, precision)}
    wanted = [case for case in cases if _key(case) in open_cases]
    subjects = {_subject(case) for case in wanted}
    return [case for case in cases if case in wanted or (case.backend == BASELINE and _subject(case) in subjects)]


def why_stopped(summary: CaseSummary, precision: float, most_rounds: int) -> Stopped:
    """What ended the rounds of a case: it was precise or not ok, or rounds or time were used up."""
    if not summary.ok:
        return Stopped.NOT_OK
    if is_settled(summary, precision):
        return Stopped.PRECISE
    return Stopped.ROUNDS if summary.trials >= most_rounds else Stopped.TIME


def _key(case: Case) -> tuple[object, ...]:
    return (*_subject(case), case.backend, canonical_json(case.options), case.workers)


def _key_of_summary(summary: CaseSummary) -> tuple[object, ...]:
    subject = (summary.workload, summary.params, summary.python)
    return (*subject, summary.backend, summary.options, summary.workers)


def _subject(case: Case) -> tuple[str, str, str]:
    return case.workload, canonical_json(case.params), case.python
