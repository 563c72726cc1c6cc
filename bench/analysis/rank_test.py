"""Rank tests of two groups of trials, the shift between them, and the rounds needed to find a difference."""

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

MAX_ARRANGEMENTS = 200_000  # 10 against 10 trials have 184,756
ADVISED_ROUNDS = range(5, 11)  # with 4 rounds, only runs without any overlap would differ
ROUNDING = 12  # decimals of a logarithm: times that differ only by rounding are ties
SAME_SUM = 1e-12


def rank_p(old: Logs, new: Logs) -> float:
    """The two-sided p-value of the Mann-Whitney test: exact, ties included; for many trials SciPy's approximation."""
    together = np.concatenate([old, new]).round(ROUNDING)
    if not _is_exact(len(old), len(new)):
        return float(stats.mannwhitneyu(together[: len(old)], together[len(old) :]).pvalue)
    ranks = stats.rankdata(together)
    return permutation_p(ranks[: len(old)], ranks[len(old) :])


def permutation_p(old: Logs, new: Logs) -> float:
    """The chance of means at least this far apart if only chance assigns the values to the runs (two-sided).

    Fisher's exact permutation test: twice the share of arrangements at least as extreme on the nearer side. Ties count
    as extreme, so that equal values give 1. scipy.stats.permutation_test gives the same a hundred times slower.
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
    """The rounds per run with which one of `cases` can differ significantly at this risk; None if no number suffices.

    Holm's correction divides the limit for the smallest p-value by the number of cases.
    """
    return next((rounds for rounds in ADVISED_ROUNDS if cases * smallest_p(rounds, rounds) < risk), None)


def _is_exact(old: int, new: int) -> bool:
    return comb(old + new, new) <= MAX_ARRANGEMENTS


@lru_cache(maxsize=4)
def _arrangements(size: int, old: int) -> NDArray[np.intp]:
    """Every choice of `old` out of `size` indices, one per row."""
    chosen = chain.from_iterable(combinations(range(size), old))
    return np.fromiter(chosen, dtype=np.intp, count=comb(size, old) * old).reshape(-1, old)


Values = NDArray[np.float64]

MAX_EXACT = 60  # trials in both runs together; with more, the normal approximation is good enough
MAX_PAIRED = 1000  # trials per run; more are replaced by this many quantiles


def shift(old: Values, new: Values) -> tuple[float, float | None, float | None]:
    """How much larger the new values are: the median of all differences, and its 95 % interval.

    Hodges & Lehmann 1963, "Estimates of location based on rank tests". The interval contains the shifts that
    the Mann-Whitney test does not reject; None if there are too few values to reject any, or fewer than 3 in a run.
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
    """The rank, from either end of the sorted differences, at which the 95 % interval ends; 0 if there is no interval.

    This is the largest k for which the chance that U is below k is at most 2.5 % if both groups are equal.
    """
    tail = (1 - CONFIDENCE) / 2
    if fewer + more > MAX_EXACT:
        spread = math.sqrt(fewer * more * (fewer + more + 1) / 12)
        return max(0, math.floor(fewer * more / 2 + stats.norm.ppf(tail) * spread))
    below = np.cumsum(_arrangements_by_u(fewer, more)) / math.comb(fewer + more, fewer)
    return int(np.searchsorted(below, tail, side="right"))


def _arrangements_by_u(fewer: int, more: int) -> list[int]:
    """The number of arrangements with U = 0, 1, ...: the coefficients of a Gaussian binomial."""
    counts = [1] + [0] * (fewer * more)
    for factor in range(1, fewer + 1):
        for power in range(fewer * more, more + factor - 1, -1):
            counts[power] -= counts[power - more - factor]
        for power in range(factor, fewer * more + 1):
            counts[power] += counts[power - factor]
    return counts


def _thinned(values: Values) -> Values:
    if len(values) <= MAX_PAIRED:
        return values
    return np.quantile(values, (np.arange(MAX_PAIRED) + 0.5) / MAX_PAIRED)
