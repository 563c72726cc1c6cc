"""Cold results: times that include the pool's start and stop, and the items needed to make up for them."""

import math
from dataclasses import dataclass

from bench.analysis.estimate import Estimate
from bench.analysis.intervals import paired_ratio
from bench.analysis.trials import CaseTrials, known


@dataclass(frozen=True)
class ColdResult:
    """A case including its pool's start and stop. Times in seconds; unknown is None.

    `break_even_items` is the smallest number of items of this workload that the case, started cold, finishes sooner
    than the baseline, if all items are equal. None if there is no such number, or it is unknown.
    """

    cold_s: float | None = None
    cold_speedup: Estimate | None = None
    break_even_items: int | None = None


def cold_of(trials: CaseTrials, baseline: CaseTrials) -> ColdResult:
    """The case against the baseline, both with start and stop, trial by trial: paired by group."""
    ratio = paired_ratio(baseline.cold_seconds.dropna(), trials.cold_seconds.dropna())
    if ratio is None:
        return ColdResult()
    cold_s = known(trials.cold_seconds.median())
    return ColdResult(cold_s, ratio.estimate, _break_even(trials, baseline))


def _break_even(trials: CaseTrials, baseline: CaseTrials) -> int | None:
    shared = baseline.seconds.index.intersection(trials.seconds.index)
    items = known(trials.ok["items"].dropna().median())
    pool_s = float((trials.pool_seconds.loc[shared] - baseline.pool_seconds.loc[shared]).median())
    if not items or not math.isfinite(pool_s):
        return None
    item_s = float(baseline.seconds.loc[shared].median()) / items
    wave_s = float(trials.seconds.loc[shared].median()) / math.ceil(items / trials.case.workers)
    return break_even(pool_s, item_s, wave_s, trials.case.workers)


def break_even(pool_s: float, item_s: float, wave_s: float, workers: int) -> int | None:
    """The smallest number of equal items that a pool finishes sooner than the baseline; None if there is none.

    A pool costs `pool_s` more than the start of the baseline, and then `wave_s` for each wave of as many items as it
    has workers; the baseline takes `item_s` per item.
    """
    gained_s = workers * item_s - wave_s  # by a full wave
    if gained_s <= 0:
        return None
    wave = max(1, math.floor(pool_s / gained_s) + 1)  # the first full wave that makes up for the pool
    return max((wave - 1) * workers, math.floor((pool_s + wave * wave_s) / item_s)) + 1
