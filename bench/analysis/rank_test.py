"""Whether two groups of trials differ: the exact test of their ranks, and how many trials it takes to find anything."""

import math
from functools import lru_cache
from itertools import chain, combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.analysis.intervals import CONFIDENCE
from bench.schema import MIN_ROUNDS

Logs = NDArray[np.float64]

MOST_ARRANGEMENTS = 200_000  # 10 against 10 trials have 184,756
ROUNDS_TO_ADVISE = range(5, 11)  # with 4 rounds only two runs without any overlap would differ
ROUNDING = 12  # decimals of a logarithm: times that differ by rounding alone are ties
SAME_SUM = 1e-12


def rank_p(old: Logs, new: Logs) -> float:
    """The p-value of Mann and Whitney's test (two-sided): exact, ties included, or for many trials SciPy's."""
    together = np.concatenate([old, new]).round(ROUNDING)
    if not _is_exact(len(old), len(new)):
        return float(stats.mannwhitneyu(together[: len(old)], together[len(old) :]).pvalue)
    ranks = stats.rankdata(together)
    return permutation_p(ranks[: len(old)], ranks[len(old) :])


def permutation_p(old: Logs, new: Logs) -> float:
    """The chance of means at least this far apart where it is chance alone that puts a value into one run (two-sided).

    Fisher's exact permutation test: twice the share of arrangements at least as extreme on the nearer side. Ties count
    as extreme, so that equal values give 1. scipy.stats.permutation_test gives the same, in a hundred times the time.
    """
    together = np.concatenate([old, new])
    together = together - together.mean()
    observed = together[: len(old)].sum()
    slack = SAME_SUM * max(1.0, float(np.abs(together).sum()))
    sums = together[_arrangements(len(together), len(old))].sum(axis=1)
    extreme = min((sums <= observed + slack).sum(), (sums >= observed - slack).sum())
    return min(1.0, 2 * float(extreme) / len(sums))


def smallest_p(old: int, new: int) -> float:
    """The p-value of groups of these sizes that do not overlap: no times can give a smaller one."""
    return min(1.0, 2 / comb(old + new, new))


def rounds_needed(cases: int, risk: float) -> int | None:
    """Rounds in each run with which one of so many cases can be told to differ at this risk; None where none will do.

    Holm's correction asks of the first case found a p-value as many times smaller as there are cases.
    """
    return next((rounds for rounds in ROUNDS_TO_ADVISE if cases * smallest_p(rounds, rounds) < risk), None)


def _is_exact(old: int, new: int) -> bool:
    return comb(old + new, new) <= MOST_ARRANGEMENTS


@lru_cache(maxsize=4)
def _arrangements(size: int, old: int) -> NDArray[np.intp]:
    """Every choice of so many out of all, a row each."""
    chosen = chain.from_iterable(combinations(range(size), old))
    return np.fromiter(chosen, dtype=np.intp, count=comb(size, old) * old).reshape(-1, old)


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
    if min(len(old), len(new)) < MIN_ROUNDS or not beyond:
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
