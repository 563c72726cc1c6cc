"""How much equal trials differ, and the smallest difference that can be detected.

The smallest ratio that n rounds detect. The pairs of the self-test are of equal work, so that the expected logarithm
of their ratio is 0 and its standard deviation is s = sqrt(mean(log(first / second)^2)). A run of n rounds tests the
mean of n such logarithms with Student's t, two-sided at 5 %. If the true logarithm is d, its t is noncentral with
n - 1 degrees of freedom and noncentrality d sqrt(n) / s. With c the noncentrality at which

    P(T(n - 1, c) > t(0.975, n - 1)) = 0.80

the smallest ratio is exp(c s / sqrt(n)); a difference found in the wrong direction does not count. For 5 rounds c is
3.76, so the ratio is exp(1.68 s).

Two speeds. The sorted logarithms are divided in two so that the halves vary least within themselves, each with at
least a tenth of the trials. Around the median of either half, and halfway between them, stand three windows of equal
width. There are two speeds if the middle one holds fewer trials than the emptier of its neighbours, by a one-sided
binomial test at 1 %, and the medians differ by a tenth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean, median, quantiles

LEVEL, POWER = 0.05, 0.80
VALLEY_LEVEL = 0.01
SMALLER_HALF = 0.1  # of the trials
FEWEST_TRIALS = 20  # fewer cannot show a valley at VALLEY_LEVEL
SPEEDS_APART = 1.1


@dataclass(frozen=True)
class Spread:
    """How far trials of the same work lie apart, in seconds."""

    fastest_s: float
    lower_s: float
    median_s: float
    upper_s: float
    slowest_s: float

    @property
    def middle_half(self) -> float:
        """The range of the middle half, as a share of the median."""
        return (self.upper_s - self.lower_s) / self.median_s


@dataclass(frozen=True)
class Speeds:
    """Two times that the same work takes, and the share of trials that took about the longer one."""

    fast_s: float
    slow_s: float
    slow_share: float


def spread_of(times: Sequence[float]) -> Spread:
    """The quartiles and the extremes."""
    lower, middle, upper = quantiles(times, n=4, method="inclusive")
    return Spread(min(times), lower, middle, upper, max(times))


def pair_noise(pairs: Sequence[tuple[float, float]]) -> float:
    """The standard deviation of the logarithm of the ratio within a pair, whose mean is 0 by construction."""
    return math.sqrt(fmean(math.log(first / second) ** 2 for first, second in pairs))


def detectable_ratio(noise: float, rounds: int) -> float:
    """The smallest true ratio that this number of rounds finds significant in 80 % of runs."""
    return math.exp(_noncentrality(rounds) * noise / math.sqrt(rounds))


def _noncentrality(rounds: int) -> float:
    """How many standard errors the true mean must be away from 0. Needs 2 rounds."""
    from scipy import optimize, stats

    freedom = rounds - 1
    critical = float(stats.t.ppf(1 - LEVEL / 2, freedom))

    def missing_power(away: float) -> float:
        return float(stats.nct.sf(critical, freedom, away)) - POWER

    return float(optimize.brentq(missing_power, critical, 2 * critical))


def two_speeds(times: Sequence[float]) -> Speeds | None:
    """The speeds, if there are two; None if there is one, or if these trials cannot show it."""
    logs = sorted(map(math.log, times))
    if len(logs) < FEWEST_TRIALS:
        return None
    cut = _best_cut(logs)
    fast, slow = median(logs[:cut]), median(logs[cut:])
    reach = (slow - fast) / 6
    at_fast, between, at_slow = (
        sum(abs(log - centre) <= reach for log in logs) for centre in (fast, (fast + slow) / 2, slow)
    )
    if slow - fast < math.log(SPEEDS_APART) or _chance_of_valley(between, min(at_fast, at_slow)) > VALLEY_LEVEL:
        return None
    return Speeds(math.exp(fast), math.exp(slow), 1 - cut / len(logs))


def _best_cut(logs: Sequence[float]) -> int:
    """The index that divides sorted numbers into the two halves that vary least within themselves."""
    count, sums = len(logs), list(accumulate(logs))
    fewest = math.ceil(count * SMALLER_HALF)
    return max(
        range(fewest, count - fewest + 1),
        key=lambda cut: sums[cut - 1] ** 2 / cut + (sums[-1] - sums[cut - 1]) ** 2 / (count - cut),
    )


def _chance_of_valley(between: int, beside: int) -> float:
    """The probability of at most this many trials in between, if as many are expected there as beside."""
    both = between + beside
    return sum(math.comb(both, fewer) for fewer in range(between + 1)) / (1 << both)
