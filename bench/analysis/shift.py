"""How far the trials of one run lie from those of another, by ranks: a few trials far off move it little."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.analysis.ratio import CONFIDENCE
from bench.samples import FEWEST_ROUNDS

Values = NDArray[np.float64]

MOST_EXACT = 60  # trials in both runs together; of more, ranks are as good as normal
MOST_PAIRED = 1000  # trials of a run; more are represented by as many quantiles


def shift(old: Values, new: Values) -> tuple[float, float | None, float | None]:
    """How much larger the new values are: the median of all differences, and its 95 % interval.

    Hodges & Lehmann 1963, "Estimates of location based on rank tests". The interval holds the shifts that the
    Mann-Whitney test does not reject; None where too few values could reject any, or a run has fewer than 3.
    """
    differences = np.sort(np.subtract.outer(_thinned(new), _thinned(old)), axis=None)
    point = float(np.median(differences))
    beyond = beyond_interval(*sorted((len(old), len(new))))
    if min(len(old), len(new)) < FEWEST_ROUNDS or not beyond:
        return point, None, None
    beyond = max(1, beyond * len(differences) // (len(old) * len(new)))
    return point, float(differences[beyond - 1]), float(differences[-beyond])


@lru_cache
def beyond_interval(fewer: int, more: int) -> int:
    """Which smallest, and which largest, of all differences between so many values end the 95 % interval; 0: none do.

    The largest k for which the chance that U is below k is at most 2.5 % where both groups are alike.
    """
    tail = (1 - CONFIDENCE) / 2
    if fewer + more > MOST_EXACT:
        spread = math.sqrt(fewer * more * (fewer + more + 1) / 12)
        return max(0, math.floor(fewer * more / 2 + stats.norm.ppf(tail) * spread))
    below = np.cumsum(_arrangements_by_u(fewer, more)) / math.comb(fewer + more, fewer)
    return int(np.searchsorted(below, tail, side="right"))


def _arrangements_by_u(fewer: int, more: int) -> list[int]:
    """In how many arrangements Mann and Whitney's U is 0, 1, ...: the coefficients of a Gaussian binomial."""
    counts = [1] + [0] * (fewer * more)
    for factor in range(1, fewer + 1):
        for power in range(fewer * more, more + factor - 1, -1):
            counts[power] -= counts[power - more - factor]
        for power in range(factor, fewer * more + 1):
            counts[power] += counts[power - factor]
    return counts


def _thinned(values: Values) -> Values:
    if len(values) <= MOST_PAIRED:
        return values
    return np.quantile(values, (np.arange(MOST_PAIRED) + 0.5) / MOST_PAIRED)
