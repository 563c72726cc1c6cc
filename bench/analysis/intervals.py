"""Ratios of times and their confidence intervals, from pairs of trials."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import Series
from scipy import special

from bench.analysis.estimate import CONFIDENCE as CONFIDENCE
from bench.analysis.estimate import LARGEST_LOG, SAME_LOG, Estimate
from bench.schema import MIN_ROUNDS


@dataclass(frozen=True)
class Ratio(Estimate):
    """A ratio of times, with an interval from 3 pairs on: `pairs` is the number of trials of both that were compared.

    `p_value` is the chance of a ratio at least this far from 1 if the two are equally fast (two-sided).
    """

    pairs: int
    deterministic: bool
    p_value: float | None = None

    @property
    def estimate(self) -> Estimate:
        """The ratio and its interval alone."""
        return Estimate(self.point, self.low, self.high)


def paired_ratio(slower: "Series[float]", faster: "Series[float]") -> Ratio | None:
    """`slower` over `faster`, both in seconds by the same index; None if no entry of it has both; see `ratio_of`."""
    pairs = pd.concat([slower, faster], axis=1, join="inner").to_numpy(dtype=float)
    return ratio_of(np.log(pairs[:, 0]) - np.log(pairs[:, 1]))


def ratio_of(logs: NDArray[np.float64]) -> Ratio | None:
    """The ratio from its logarithm in each pair of trials; None if there are no pairs.

    The geometric mean, with Student's t interval of the logarithms (n - 1 degrees of freedom). A constant ratio is
    called deterministic, and its interval is the point.
    """
    if not len(logs):
        return None
    point = from_log(logs.mean())
    if len(logs) < MIN_ROUNDS:
        return Ratio(point, None, None, len(logs), deterministic=False)
    if np.ptp(logs) <= SAME_LOG:
        same = abs(logs.mean()) <= SAME_LOG
        return Ratio(point, point, point, len(logs), deterministic=True, p_value=1.0 if same else 0.0)
    freedom, error = len(logs) - 1, logs.std(ddof=1) / np.sqrt(len(logs))
    half = special.stdtrit(freedom, (1 + CONFIDENCE) / 2) * error
    low, high = from_log(logs.mean() - half), from_log(logs.mean() + half)
    p_value = 2 * float(special.stdtr(freedom, -abs(logs.mean()) / error))
    return Ratio(point, low, high, len(logs), deterministic=False, p_value=p_value)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the risk of any false finding among all tests at that of a single test.

    Holm 1979, "A simple sequentially rejective multiple test procedure".
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def from_log(log: float) -> float:
    """The ratio with this logarithm, kept finite and above 0."""
    return float(np.exp(np.clip(log, -LARGEST_LOG, LARGEST_LOG)))


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of the median, for any distribution of the values: two of the values, chosen by their ranks.

    None for fewer than 6 values: the smallest and the largest enclose the true median too rarely. The ranks are
    those of the binomial distribution, as in Le Boudec 2010, "Performance Evaluation of Computer and Communication
    Systems", appendix A.
    """
    count = len(values)
    at_most = special.bdtr(np.arange(count), count, 0.5)  # scipy.stats would take a second to import
    beyond = int(np.searchsorted(at_most, (1 - CONFIDENCE) / 2, side="right"))
    if not beyond:
        return None
    ordered = np.sort(np.asarray(values, dtype=float))
    return float(ordered[beyond - 1]), float(ordered[-beyond])
