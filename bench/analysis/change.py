"""The change in the time of one case between two runs or interpreters, and the verdict on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bench.analysis.estimate import SAME_LOG, Estimate
from bench.analysis.intervals import from_log, holm, ratio_of
from bench.analysis.rank_test import Logs, rank_p, rounds_needed, shift, smallest_p
from bench.schema import MIN_ROUNDS

RISK = 0.05


class ChangeVerdict(StrEnum):
    """The verdict on a change."""

    FASTER = "faster"
    SLOWER = "slower"
    WITHIN = "within threshold"  # no difference larger than the threshold
    UNKNOWN = "can't tell"


class Doubt(StrEnum):
    """Why there is no verdict."""

    NO_PAIR = "no trials to compare"
    TOO_FEW_TRIALS = "too few trials for the test"
    NO_INTERVAL = "too few trials for an interval"
    NOISE = "noise"
    MANY = "one of many cases"
    SIZE = "differs, perhaps by less than the threshold"


@dataclass(frozen=True)
class Change:
    """The new time over the old one, with an interval unless there are too few trials.

    `p_value` is that of the test for this case alone: Mann-Whitney's, or Student's if the trials are `paired`. Both are
    None if there is no trial to compare.
    """

    ratio: Estimate | None
    p_value: float | None
    old_trials: int
    new_trials: int
    deterministic: bool = False
    paired: bool = False

    @property
    def factor(self) -> float:
        """The ratio without its interval; 0 if it is unknown."""
        return self.ratio.point if self.ratio else 0.0

    @property
    def smallest_p(self) -> float:
        """The p-value that the most different times could give with so many trials."""
        return 0.0 if self.paired else smallest_p(self.old_trials, self.new_trials)


@dataclass(frozen=True)
class Judgement:
    """The verdict on one change among those compared with it; `p_corrected` is Holm's.

    `doubt` is the reason for "can't tell"; `rounds_needed` is the number of rounds per run that could decide.
    """

    finding: ChangeVerdict
    p_corrected: float | None
    doubt: Doubt | None = None
    rounds_needed: int | None = None


def change_between(old: Logs, new: Logs) -> Change:
    """The change, from the ranks of the logarithms of the trials' times.

    The exact Mann-Whitney test, and the Hodges-Lehmann estimate with the interval that belongs to that test: on a
    machine that switches between two speeds, means would depend on how many trials ran at each. If neither run
    varies, the change is called deterministic, and its interval is the point.
    """
    counts = (len(old), len(new))
    if not min(counts):
        return Change(None, None, *counts)
    p_value, (point, low, high) = rank_p(old, new), shift(old, new)
    ratio = from_log(point)
    if min(counts) >= MIN_ROUNDS and max(np.ptp(old), np.ptp(new)) <= SAME_LOG:
        return Change(Estimate(ratio, ratio, ratio), p_value, *counts, deterministic=True)
    if low is None or high is None:
        return Change(Estimate(ratio, None, None), p_value, *counts)
    return Change(Estimate(ratio, from_log(low), from_log(high)), p_value, *counts)


def paired_change(logs: Logs) -> Change:
    """The change, from the logarithm of new over old in each pair of trials that took turns; see `ratio_of`."""
    ratio = ratio_of(logs)
    if ratio is None:
        return Change(None, None, 0, 0, paired=True)
    p_value = 1.0 if ratio.p_value is None else ratio.p_value
    return Change(ratio.estimate, p_value, ratio.pairs, ratio.pairs, ratio.deterministic, paired=True)


def judge(changes: Sequence[Change], threshold: float) -> list[Judgement]:
    """A judgement of each change, for a threshold as a share: 0.05 for 5 %.

    - within threshold: the whole interval lies between 1 / (1 + threshold) and 1 + threshold. This holds for each
      case by itself: at most 2.5 % of such verdicts are wrong, for any number of cases.
    - slower (and faster likewise): the test's p-value, corrected by Holm for all given changes, is below 0.05, the
      interval lies wholly above 1, and the ratio is above 1 + threshold. The risk that any case that is equally fast in
      both runs is called slower or faster is 5 %. It does not mean that the true change is above the threshold.
    - can't tell: everything else. Too few trials are the reason if no times could have made the corrected p-value
      small enough, even if every case differed without overlap.
    """
    p_values = [change.p_value for change in changes if change.p_value is not None]
    reachable = holm([change.smallest_p for change in changes if change.p_value is not None])
    chances = iter(zip(holm(p_values), reachable, strict=True))
    paired = all(change.paired for change in changes)
    needed = MIN_ROUNDS if paired else rounds_needed(len(p_values), RISK)
    return [
        Judgement(ChangeVerdict.UNKNOWN, None, Doubt.NO_PAIR)
        if change.p_value is None
        else _judgement(change, *next(chances), threshold, needed)
        for change in changes
    ]


def _judgement(change: Change, chance: float, reachable: float, threshold: float, needed: int | None) -> Judgement:
    few = reachable >= RISK
    if change.ratio is None or change.ratio.interval is None:
        doubt = Doubt.TOO_FEW_TRIALS if few else Doubt.NO_INTERVAL
        return Judgement(ChangeVerdict.UNKNOWN, chance, doubt, needed)
    most, ratio, (low, high) = 1 + threshold, change.ratio.point, change.ratio.interval
    if 1 / most <= low and high <= most:
        return Judgement(ChangeVerdict.WITHIN, chance)
    if few:
        return Judgement(ChangeVerdict.UNKNOWN, chance, Doubt.TOO_FEW_TRIALS, needed)
    if chance >= RISK or low <= 1 <= high:
        alone = (change.p_value or 0) < RISK and not low <= 1 <= high
        return Judgement(ChangeVerdict.UNKNOWN, chance, Doubt.MANY if alone else Doubt.NOISE)
    if 1 / most <= ratio <= most:
        return Judgement(ChangeVerdict.UNKNOWN, chance, Doubt.SIZE)
    return Judgement(ChangeVerdict.SLOWER if ratio > 1 else ChangeVerdict.FASTER, chance)
