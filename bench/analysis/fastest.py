"""What may be concluded across interpreters, by times: a speedup has its own interpreter's plain loop below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bench.analysis.case_summary import CaseSummary
from bench.analysis.ratio import CONFIDENCE, Ratio, holm, paired_ratio
from bench.analysis.speedup import baselines
from bench.analysis.trials import CaseId, CaseTrials, case_of

RISK = 1 - CONFIDENCE
Trials = Mapping[CaseId, CaseTrials]


@dataclass(frozen=True)
class Fastest:
    """The case with the least median time: which others surely take longer, and which cannot be told from it.

    `rounds` is how many it shares with the case that it shares most with.
    """

    case: CaseSummary
    slower: tuple[CaseSummary, ...]
    level: tuple[CaseSummary, ...]
    rounds: int


@dataclass(frozen=True)
class LoopChange:
    """An interpreter's plain loop beside the first one's: the ratio of their times, and whether they surely differ."""

    loop: CaseSummary
    first: CaseSummary
    ratio: Ratio | None
    differs: bool


@dataclass(frozen=True)
class NoWin:
    """Two interpreters' cases of one row: `slower` surely has the higher speedup, and surely takes longer."""

    slower: CaseSummary
    faster: CaseSummary


def fastest_of(cases: Sequence[CaseSummary], trials: Trials) -> Fastest | None:
    """The fastest of the cases that are ok; None where there is none.

    The others are held against it by t tests of paired log ratios, corrected by Holm's method, and once more by half
    the number of cases, since each had the chance to be the one that looked fastest: the risk that any case as fast as
    the fastest is called slower stays at most 5 %.
    """
    results = sorted((case for case in cases if case.ok and case.median_s is not None), key=_seconds)
    if not results:
        return None
    best, *others = results
    ratios = [_time_ratio(other, best, trials) for other in others]
    chances = [chance * len(results) / 2 for chance in holm([_chance(ratio) for ratio in ratios])]
    sure = [
        ratio is not None and ratio.point > 1 and chance < RISK for ratio, chance in zip(ratios, chances, strict=True)
    ]
    return Fastest(
        case=best,
        slower=tuple(other for other, is_slower in zip(others, sure, strict=True) if is_slower),
        level=tuple(other for other, is_slower in zip(others, sure, strict=True) if not is_slower),
        rounds=max((ratio.rounds for ratio in ratios if ratio), default=0),
    )


def loop_changes(cases: Sequence[CaseSummary], trials: Trials) -> list[LoopChange]:
    """Each plain loop that is ok against the first such one, with Holm's correction for how many there are."""
    loops = [case for case in cases if case.is_baseline and case.ok]
    ratios = [_time_ratio(loop, loops[0], trials) for loop in loops[1:]]
    chances = holm([_chance(ratio) for ratio in ratios])
    found = zip(loops[1:], ratios, chances, strict=True)
    return [LoopChange(loop, loops[0], ratio, differs=chance < RISK) for loop, ratio, chance in found]


def no_wins(rows: Sequence[Sequence[CaseSummary]], trials: Trials) -> list[NoWin]:
    """Where a higher speedup stands over a longer time, the largest difference in time first.

    Both must be sure: the larger of the two p-values counts, corrected by Holm's method for all pairs of a row's cases.
    """
    pairs = [pair for row in rows for pair in combinations([case for case in row if _has_speedup(case)], 2)]
    loops = baselines(trials.values())
    speedups = {
        case: (loops[case.subject].seconds / trials[case_of(case)].seconds).dropna() for pair in pairs for case in pair
    }
    ratios = [(_time_ratio(one, other, trials), paired_ratio(speedups[one], speedups[other])) for one, other in pairs]
    chances = holm([max(_chance(of_times), _chance(of_speedups)) for of_times, of_speedups in ratios])
    found = [
        NoWin(*sorted(pair, key=_seconds, reverse=True))
        for pair, chance, (of_times, of_speedups) in zip(pairs, chances, ratios, strict=True)
        if chance < RISK and of_times and of_speedups and (of_times.point > 1) == (of_speedups.point > 1)
    ]
    agreeing = [pair for pair in found if (pair.slower.speedup or 0) > (pair.faster.speedup or 0)]
    return sorted(agreeing, key=lambda pair: _seconds(pair.faster) / _seconds(pair.slower))


def _has_speedup(case: CaseSummary) -> bool:
    return case.ok and not case.is_baseline and case.speedup is not None


def _time_ratio(one: CaseSummary, other: CaseSummary, trials: Trials) -> Ratio | None:
    return paired_ratio(trials[case_of(one)].seconds, trials[case_of(other)].seconds)


def _chance(ratio: Ratio | None) -> float:
    return 1.0 if ratio is None or ratio.p_value is None else ratio.p_value


def _seconds(case: CaseSummary) -> float:
    return case.median_s or 0.0
