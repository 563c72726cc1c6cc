"""Whether two groups of trials differ: the exact test of their ranks, and how many trials it takes to find anything."""

from functools import lru_cache
from itertools import chain, combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import stats

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
