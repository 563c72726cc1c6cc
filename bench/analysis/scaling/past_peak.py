"""Find backends that are past their peak: surely slower with more workers than with fewer, and what that costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pandas import Series

from bench.analysis.case_summary import CaseSummary
from bench.analysis.intervals import Ratio, holm, paired_ratio
from bench.analysis.pairing import time_ratio
from bench.analysis.trials import CaseTrials, case_of, trials_by_case
from bench.results.load import Run
from bench.schema import BackendConfig, CaseId, Subject

RISK = 0.05
NOTABLE = 1.05  # times as long, from which a case counts as slower


class Cost(StrEnum):
    """What may rise past the peak, with its column in the table of trials: all for one timed pass."""

    CPU = "cpu_s"
    WAITS = "switches_voluntary"
    PREEMPTIONS = "switches_involuntary"


@dataclass(frozen=True)
class Rise:
    """A cost that surely rose from the fastest case to the one past the peak: its medians, in seconds or a number."""

    cost: Cost
    before: float
    after: float


@dataclass(frozen=True)
class PastPeak:
    """A backend of a subject that is past its peak.

    It is fastest with `fastest` workers; from `turned` workers on, each count is surely slower. With `most` workers,
    the largest count, it takes `ratio` times as long as at its fastest.
    """

    subject: Subject
    config: BackendConfig
    fastest: int
    turned: int
    most: int
    ratio: Ratio
    rises: tuple[Rise, ...]


def past_peaks(run: Run, summaries: Iterable[CaseSummary]) -> list[PastPeak]:
    """The backends that are past their peak, in the order of the summaries."""
    trials = trials_by_case(run)
    curves: dict[tuple[Subject, BackendConfig], list[CaseSummary]] = {}
    for case in summaries:
        if case.ok and not case.is_baseline:
            curves.setdefault((case.subject, case.config), []).append(case)
    found = (_past_peak(sorted(cases, key=lambda case: case.workers), trials) for cases in curves.values())
    return [one for one in found if one is not None]


def _past_peak(cases: Sequence[CaseSummary], trials: Mapping[CaseId, CaseTrials]) -> PastPeak | None:
    """What is known of one backend, given its cases in ascending order of workers; None if it is not past a peak.

    The fastest case was chosen by the same times, so any case may look fastest by chance: p-values are corrected by
    Holm's method, and multiplied by half the number of cases.
    """
    own = [trials[case_of(case)] for case in cases]
    fastest = min(range(len(own)), key=lambda place: _typical_s(own[place]), default=0)
    ratios = [time_ratio(slower, own[fastest]) for slower in own[fastest + 1 :]]
    chances = holm([1.0 if ratio is None or ratio.p_value is None else ratio.p_value for ratio in ratios])
    chosen = max(1.0, len(cases) / 2)
    surely = [
        ratio is not None and ratio.point > NOTABLE and chosen * chance < RISK
        for ratio, chance in zip(ratios, chances, strict=True)
    ]
    last = ratios[-1] if ratios else None
    if last is None or not surely[-1]:
        return None
    beyond = [case.workers for case in cases[fastest + 1 :]]
    turned = next(place for place in range(len(surely)) if all(surely[place:]))
    return PastPeak(
        cases[0].subject,
        cases[0].config,
        cases[fastest].workers,
        beyond[turned],
        beyond[-1],
        last,
        tuple(_rises(own[fastest], own[-1])),
    )


def _typical_s(trials: CaseTrials) -> float:
    return float(trials.seconds.median())


def _rises(before: CaseTrials, after: CaseTrials) -> Iterable[Rise]:
    """The costs that rose, group by group, with an interval that excludes no rise."""
    for cost in Cost:
        old, new = _by_group(before, cost), _by_group(after, cost)
        ratio = paired_ratio(new[new > 0], old[old > 0])
        if ratio is not None and ratio.low is not None and ratio.low > NOTABLE:
            yield Rise(cost, float(old.median()), float(new.median()))


def _by_group(trials: CaseTrials, cost: Cost) -> "Series[float]":
    return trials.ok.set_index("group_number")[cost.value].dropna()
