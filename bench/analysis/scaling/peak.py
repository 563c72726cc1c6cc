"""The worker count with the highest throughput under the Universal Scalability Law, with its interval."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from bench.analysis.estimate import CONFIDENCE, Estimate

Numbers = NDArray[np.float64]

PARAMETERS = 3
FURTHEST = (
    1e6  # times the largest worker count, or below the smallest: as far as the ends of the interval are looked for
)
STEP = 1.25  # from one peak to the next, on the way to the ends
SAME = 1e-9  # residual sums of squares that differ by this share of the sum of squares differ by rounding alone


def peak_of(workers: Numbers, throughput: Numbers, alpha: float, beta: float, error: float) -> Estimate:
    """The peak, sqrt((1 - alpha) / beta), and its 95 % interval; `error` is the residual standard error of the fit.

    The interval is the profile likelihood's: it holds each peak for which the best curve with that peak fits hardly
    worse (Bates and Watts 1988, "Nonlinear Regression Analysis and Its Applications", chapter 6). Unlike one from the
    standard errors of alpha and beta, it has no upper end where a throughput that never falls fits as well. 0 < beta.
    """
    peak = math.sqrt(max(1 - alpha, 0.0) / beta)
    freedom = len(workers) - PARAMETERS
    t = float(special.stdtrit(freedom, (1 + CONFIDENCE) / 2))
    allowed = error**2 * (freedom + t**2) + SAME * float(throughput @ throughput)

    def excess(log_peak: float) -> float:
        return _least_squares_with(workers, throughput, math.exp(log_peak)) - allowed

    largest = FURTHEST * float(workers.max())
    start = math.log(min(max(peak, 1 / FURTHEST), largest))
    low, high = _crossing(excess, start, math.log(1 / FURTHEST)), _crossing(excess, start, math.log(largest))
    least = min(peak, 1.0)  # there are no fewer workers than that
    return Estimate(peak, least if low is None else max(math.exp(low), least), None if high is None else math.exp(high))


def _crossing(excess: Callable[[float], float], start: float, limit: float) -> float | None:
    """Where, from the start towards the limit, the fit becomes too bad; None if it never does."""
    step = math.copysign(math.log(STEP), limit - start)
    inside = start
    while abs(inside - start) < abs(limit - start):
        outside = inside + step
        if excess(outside) > 0:
            return float(optimize.brentq(excess, inside, outside)) if excess(inside) < 0 else inside
        inside = outside
    return None


def _least_squares_with(workers: Numbers, throughput: Numbers, peak: float) -> float:
    """The smallest residual sum of squares of all curves with a given peak."""

    def squares(alpha: float) -> float:
        """With the best gamma, in which the curve is linear."""
        shape = workers / (1 + alpha * (workers - 1) + (1 - alpha) / peak**2 * workers * (workers - 1))
        gamma = float(shape @ throughput) / float(shape @ shape)
        residuals = throughput - gamma * shape
        return float(residuals @ residuals)

    tried = np.linspace(0.0, 1.0, 21)
    best = int(np.argmin([squares(float(alpha)) for alpha in tried]))
    bounds = float(tried[max(best - 1, 0)]), float(tried[min(best + 1, 20)])
    refined = optimize.minimize_scalar(squares, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    return min(float(refined.fun), squares(float(tried[best])))
