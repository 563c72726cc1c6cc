"""Unusual trials: they are flagged and counted, but stay in every figure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame
from scipy import special

from bench.analysis.trials import CaseTrials
from bench.schema import CONTAMINATED_FROM

Times = NDArray[np.float64]

MIN_TRIALS = 5  # fewer do not show what is usual
MAX_Z_SCORE = 3.5  # modified z-scores
MIN_LOG_DIFFERENCE = np.log(1.05)  # smaller differences never count, however steady the other trials are
RISK = 0.005  # of calling the first passes of a case slow if all passes are equal


@dataclass(frozen=True)
class Steadiness:
    """How many ok trials of a case are outliers, have a slow first pass, or had to share the machine."""

    outliers: int = 0
    slow_first_passes: int = 0
    contaminated: int = 0


def steadiness_of(trials: CaseTrials) -> Steadiness:
    """Count the unsteady ok trials of a case."""
    ok = trials.ok
    return Steadiness(
        outliers=int(are_outliers(ok["elapsed_s"].to_numpy(dtype=float)).sum()),
        slow_first_passes=_slow_first_passes(ok),
        contaminated=int((ok["foreign_cpu"] > CONTAMINATED_FROM).sum()),
    )


def are_outliers(seconds: Times) -> NDArray[np.bool_]:
    """Which times are far from the others: a modified z-score of the logarithms above 3.5, and at least 5 %.

    Iglewicz & Hoaglin 1993, "How to Detect and Handle Outliers": the distance from the median, times 0.6745, over the
    median distance. If that is 0, because more than half of the times are equal, only the 5 % decide. With wide
    normal noise, 5 of 100 times are flagged if there are 5 per case, 2 if there are 10, and 0.4 if there are 30.
    """
    if len(seconds) < MIN_TRIALS:
        return np.zeros(len(seconds), dtype=bool)
    logs = np.log(seconds)
    distance = np.abs(logs - np.median(logs))
    far: NDArray[np.bool_] = (0.6745 * distance > MAX_Z_SCORE * np.median(distance)) & (distance > MIN_LOG_DIFFERENCE)
    return far


def slow_first_passes(first_pace: Times, slowest_later_pace: Times, passes: int) -> int:
    """In how many trials the first timed pass took 5 % longer than each later one; 0 if that may well be chance.

    The times may be relative to those of something else in the same cycle.

    If all passes are equal, each is as likely to be the slowest: the first one is in one of `passes` trials. The count
    is reported only if chance would give as many in fewer than 5 of 1000 cases (binomial): with 3 passes that takes 5
    of 5 trials, with 2 passes 8 of 8. A single timed pass shows nothing.
    """
    if passes < 2 or not len(first_pace):
        return 0
    slow = int((np.log(first_pace) - np.log(slowest_later_pace) > MIN_LOG_DIFFERENCE).sum())
    return slow if slow and special.bdtrc(slow - 1, len(first_pace), 1 / passes) < RISK else 0


def _slow_first_passes(ok: DataFrame) -> int:
    several = ok[(ok["passes"] > 1) & ok["first_pace"].notna() & ok["slowest_later_pace"].notna()]
    if several.empty:
        return 0
    first, slowest_later = (several[name].to_numpy(dtype=float) for name in ("first_pace", "slowest_later_pace"))
    return slow_first_passes(first, slowest_later, int(several["passes"].min()))
