"""Started cold: with the pool's start and stop in the time, and how many items it takes to make up for them."""

import math
from dataclasses import dataclass

from bench.analysis.estimate import Estimate
from bench.analysis.intervals import paired_ratio
from bench.analysis.trials import CaseTrials, known


@dataclass(frozen=True)
class Cold:
    """A case with its pool's start and stop. Times in seconds; unknown is None.

    `break_even_items` are the fewest items of this workload that the case, started cold, does sooner than the plain
    loop, if all items are alike. None where it never does, or that is not known.
    """

    cold_s: float | None = None
    cold_speedup: Estimate | None = None
    break_even_items: int | None = None


def cold_of(trials: CaseTrials, baseline: CaseTrials) -> Cold:
    """The case against the baseline, both with start and stop, paired by rounds."""
    ratio = paired_ratio(baseline.cold_seconds.dropna(), trials.cold_seconds.dropna())
    if ratio is None:
        return Cold()
    cold_s = known(trials.cold_seconds.median())
    return Cold(cold_s, ratio.estimate, _break_even(trials, baseline))


def _break_even(trials: CaseTrials, baseline: CaseTrials) -> int | None:
    shared = baseline.seconds.index.intersection(trials.seconds.index)
    items = known(trials.ok["items"].dropna().median())
    pool_s = float((trials.pool_seconds.loc[shared] - baseline.pool_seconds.loc[shared]).median())
    if not items or not math.isfinite(pool_s):
        return None
    loop_s = float(baseline.seconds.loc[shared].median()) / items
    wave_s = float(trials.seconds.loc[shared].median()) / math.ceil(items / trials.case.workers)
    return break_even(pool_s, loop_s, wave_s, trials.case.workers)


def break_even(pool_s: float, loop_s: float, wave_s: float, workers: int) -> int | None:
    """The fewest equal items that are done sooner in a pool than in the baseline loop; None where no number is.

    A pool costs `pool_s` more than the loop's own start, and then `wave_s` for each wave of as many items as it has
    workers; the loop takes `loop_s` an item.
    """
    gained_s = workers * loop_s - wave_s  # by a full wave
    if gained_s <= 0:
        return None
    wave = max(1, math.floor(pool_s / gained_s) + 1)  # the first that, when full, makes up for the pool
    return max((wave - 1) * workers, math.floor((pool_s + wave * wave_s) / loop_s)) + 1
