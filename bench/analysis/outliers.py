"""Trials that a reader should know of: flagged and counted, and kept in every figure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import special

from bench.analysis.trials import CaseTrials
from bench.schema import CONTAMINATED_FROM

Times = NDArray[np.float64]

FEWEST_TRIALS = 5  # with fewer, nothing says what the others are like
FAR = 3.5  # modified z-scores
MARKED = np.log(1.05)  # what differs by less than 5 % is neither far nor slow, however steady the rest
RISK = 0.005  # of calling the first passes of a case slow where all passes are alike


@dataclass(frozen=True)
class Steadiness:
    """Of a case's ok trials: how many lie far from the others, began too cold, or had to share the machine."""

    outliers: int = 0
    slow_first_passes: int = 0
    contaminated: int = 0


def steadiness_of(trials: CaseTrials) -> Steadiness:
    """What is unsteady in the ok trials of a case."""
    ok = trials.ok
    return Steadiness(
        outliers=int(are_outliers(ok["elapsed_s"].to_numpy(dtype=float)).sum()),
        slow_first_passes=_slow_first_passes(ok),
        contaminated=int((ok["foreign_cpu"] > CONTAMINATED_FROM).sum()),
    )


def are_outliers(seconds: Times) -> NDArray[np.bool_]:
    """Which times lie far from the others: by a modified z-score of their logarithms above 3.5, and by 5 %.

    Iglewicz & Hoaglin 1993, "How to Detect and Handle Outliers": the distance from the median, times 0.6745, over the
    median distance. Where that is 0, for more than half of the times are the same, the 5 % alone decide. Where noise
    is normal and wide, 5 of 100 times are called so if there are 5 of them, 2 if there are 10, and 0.4 if 30.
    """
    if len(seconds) < FEWEST_TRIALS:
        return np.zeros(len(seconds), dtype=bool)
    logs = np.log(seconds)
    away = np.abs(logs - np.median(logs))
    far: NDArray[np.bool_] = (0.6745 * away > FAR * np.median(away)) & (away > MARKED)
    return far


def slow_first_passes(first_s: Times, slowest_later_s: Times, passes: int) -> int:
    """In how many trials the first timed pass took 5 % longer than each later one; 0 where that may well be chance.

    Of passes that are all alike each is as likely to be the slowest, so that the first is in one of `passes` trials.
    So many trials or more would then be found in fewer than 5 of 1000 cases (binomial): with 5 trials of 3 passes it
    takes all 5, and of 2 passes 8 of 8. A single timed pass tells nothing.
    """
    if passes < 2 or not len(first_s):
        return 0
    slow = int((np.log(first_s) - np.log(slowest_later_s) > MARKED).sum())
    return slow if slow and special.bdtrc(slow - 1, len(first_s), 1 / passes) < RISK else 0


def _slow_first_passes(ok: DataFrame) -> int:
    several = ok[(ok["passes"] > 1) & ok["first_s"].notna() & ok["slowest_later_s"].notna()]
    if several.empty:
        return 0
    first_s, slowest_later_s = (several[name].to_numpy(dtype=float) for name in ("first_s", "slowest_later_s"))
    return slow_first_passes(first_s, slowest_later_s, int(several["passes"].min()))
