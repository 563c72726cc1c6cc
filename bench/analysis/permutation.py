"""Whether two groups of trials differ: the permutation test, and how many trials it takes to find anything."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]

MOST_ARRANGEMENTS = 200_000  # 10 against 10 trials have 184,756
RESAMPLES = 99_999
SEED = 20260101
ROUNDS_TO_ADVISE = range(5, 11)  # with 4 rounds only two runs without any overlap would differ
BLOCK_CELLS = 2_000_000
SAME_SUM = 1e-12


def permutation_p(old: Logs, new: Logs) -> float:
    """The chance of means at least this far apart where it is chance alone that puts a trial into one run (two-sided).

    Fisher's exact permutation test: twice the share of arrangements at least as extreme on the nearer side, over all
    arrangements where there are no more than MOST_ARRANGEMENTS, else over random ones from a fixed seed, the observed
    one among them. Ties count as extreme, so that equal times give 1. scipy.stats.permutation_test gives the same, in
    a hundred times the time.
    """
    together = np.concatenate([old, new])
    together = together - together.mean()
    observed = together[: len(old)].sum()
    slack = SAME_SUM * max(1.0, float(np.abs(together).sum()))
    low = high = total = 0
    for sums in _sums(together, len(old)):
        low += int((sums <= observed + slack).sum())
        high += int((sums >= observed - slack).sum())
        total += len(sums)
    extreme = min(low, high)
    if not _is_exact(len(old), len(new)):
        extreme, total = extreme + 1, total + 1
    return min(1.0, 2 * extreme / total)


def smallest_p(old: int, new: int) -> float:
    """The p-value of groups of these sizes that do not overlap: no times can give a smaller one."""
    arrangements = comb(old + new, new) if _is_exact(old, new) else RESAMPLES + 1
    return min(1.0, 2 / arrangements)


def rounds_needed(cases: int, risk: float) -> int | None:
    """Rounds in each run with which one of so many cases can be told to differ at this risk; None where none will do.

    Holm's correction asks of the first case found a p-value as many times smaller as there are cases.
    """
    return next((rounds for rounds in ROUNDS_TO_ADVISE if cases * smallest_p(rounds, rounds) < risk), None)


def _is_exact(old: int, new: int) -> bool:
    return comb(old + new, new) <= MOST_ARRANGEMENTS


def _sums(together: Logs, old: int) -> Iterator[Logs]:
    """The sum of the first run's part, in each arrangement."""
    size = len(together)
    if _is_exact(old, size - old):
        yield together[_arrangements(size, old)].sum(axis=1)
        return
    dice = np.random.default_rng(SEED)
    rows = max(1, BLOCK_CELLS // size)
    for first in range(0, RESAMPLES, rows):
        block = np.tile(together, (min(rows, RESAMPLES - first), 1))
        yield dice.permuted(block, axis=1)[:, :old].sum(axis=1)


@lru_cache(maxsize=4)
def _arrangements(size: int, old: int) -> NDArray[np.intp]:
    """Every choice of so many out of all, a row each."""
    chosen = chain.from_iterable(combinations(range(size), old))
    return np.fromiter(chosen, dtype=np.intp, count=comb(size, old) * old).reshape(-1, old)
