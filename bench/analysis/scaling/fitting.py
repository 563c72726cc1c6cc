"""Fit the scaling laws by bounded non-linear least squares, to throughputs as they are: not normalised by X(1).

Normalising would make the error of one measurement that of all: it changes alpha from 0.058 to 0.050 on the data set in
tests/reference/usl_raytracer.json.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from bench.analysis.estimate import CONFIDENCE, Estimate
from bench.analysis.scaling.laws import Coefficient, Law, LawFit, Refusal, curve
from bench.analysis.scaling.peak import peak_of
from bench.results.throughput_table import Throughput

Numbers = NDArray[np.float64]

MIN_COUNTS = 6  # distinct worker counts: with three parameters, fewer hardly tell a law from noise
MISFIT = 0.2  # residual standard error over the mean throughput, from which the points do not have the law's shape
STARTS = tuple(product((0.0, 0.05, 0.5), (0.0, 1e-4, 1e-2)))  # alpha and beta, from which the fits begin
EXACT = 1e-14
ON_BOUND = ((Refusal.ALPHA_ZERO, Refusal.ALPHA_ONE), (Refusal.BETA_ZERO, Refusal.BETA_ONE))  # lower, upper


def fit_laws(points: Sequence[Throughput]) -> list[LawFit]:
    """Both laws, fitted to points in any order; a worker count may occur more than once."""
    return [fit_law(law, points) for law in Law]


def fit_law(law: Law, points: Sequence[Throughput]) -> LawFit:
    """One law, fitted with alpha and beta between 0 and 1.

    Standard errors are those of the linearised model, and intervals Student's, with as many degrees of freedom as
    there are more points than parameters.
    """
    counts = {point.workers for point in points}
    about = law, len(points), len(counts), max(counts, default=0)
    if len(counts) < MIN_COUNTS:
        return LawFit(*about, refused=Refusal.TOO_FEW)
    usl = _best_fit(Law.USL, points)
    if law is Law.AMDAHL and _surely_falls(usl):
        return LawFit(*about, refused=Refusal.FALLS)
    fit = usl if law is Law.USL else _best_fit(law, points)
    if fit.misses > MISFIT:
        return LawFit(*about, refused=Refusal.MISFIT)
    coefficients, on_bound = fit.coefficients(), fit.on_bound
    return LawFit(
        *about,
        alpha=coefficients[0],
        beta=coefficients[1] if law is Law.USL else None,
        gamma=coefficients[-1],
        peak=None if on_bound or law is Law.AMDAHL else fit.peak(),
        residual_standard_error=fit.error * fit.scale,
        misses=fit.misses,
        refused=on_bound,
    )


@dataclass(frozen=True)
class _Fit:
    """The best fit to throughputs divided by `scale`, their maximum.

    `values` are alpha, beta if the law has it, and gamma, and `errors` their standard errors. `active` has -1 for a
    value on its lower bound, and 1 for one on its upper bound.
    """

    workers: Numbers
    throughput: Numbers
    scale: float
    values: tuple[float, ...]
    errors: tuple[float, ...]
    error: float
    active: tuple[int, ...]

    @property
    def misses(self) -> float:
        return self.error / float(self.throughput.mean())

    @property
    def on_bound(self) -> Refusal | None:
        """The bound that alpha or else beta sits on."""
        shares = zip(ON_BOUND, self.active[:-1], strict=False)
        return next((refusals[active > 0] for refusals, active in shares if active), None)

    def coefficients(self) -> list[Coefficient]:
        """The values, with gamma in the unit of the throughputs."""
        t = float(special.stdtrit(len(self.workers) - len(self.values), (1 + CONFIDENCE) / 2))
        limits = [(1.0, 1.0)] * (len(self.values) - 1) + [(self.scale, math.inf)]
        return [
            Coefficient(
                value * unit, max(value - t * error, 0.0) * unit, min(value + t * error, most) * unit, error * unit
            )
            for value, error, (unit, most) in zip(self.values, self.errors, limits, strict=True)
        ]

    def peak(self) -> Estimate:
        return peak_of(self.workers, self.throughput, self.values[0], self.values[1], self.error)


def _best_fit(law: Law, points: Sequence[Throughput]) -> _Fit:
    """The best of the fits from several starts, since each may end in a local minimum."""
    workers = np.array([point.workers for point in points], dtype=float)
    throughput = np.array([point.throughput for point in points], dtype=float)
    scale = float(throughput.max())
    scaled = throughput / scale
    gamma = float(scaled[workers.argmin()] / workers.min())
    starts = {(alpha, beta, gamma) if law is Law.USL else (alpha, gamma) for alpha, beta in STARTS}
    best = min((_least_squares(workers, scaled, start) for start in sorted(starts)), key=lambda fit: float(fit.cost))
    error = math.sqrt(2 * float(best.cost) / (len(points) - len(best.x)))
    errors = np.sqrt(np.diag(np.linalg.pinv(best.jac.T @ best.jac))) * error
    values = tuple(map(float, best.x))
    return _Fit(workers, scaled, scale, values, tuple(map(float, errors)), error, tuple(map(int, best.active_mask)))


def _least_squares(workers: Numbers, throughput: Numbers, start: tuple[float, ...]) -> Any:
    has_beta = len(start) == 3

    def residuals(values: Numbers) -> Numbers:
        return np.asarray(curve(workers, values[0], values[1] if has_beta else 0.0, values[-1]) - throughput)

    def jacobian(values: Numbers) -> Numbers:
        by_gamma = curve(workers, values[0], values[1] if has_beta else 0.0, 1.0)
        by_alpha = -values[-1] * by_gamma**2 * (workers - 1) / workers
        return np.column_stack([by_alpha, by_alpha * workers, by_gamma] if has_beta else [by_alpha, by_gamma])

    return optimize.least_squares(
        residuals,
        start,
        jacobian,
        ([0.0] * len(start), [1.0] * (len(start) - 1) + [np.inf]),
        method="dogbox",  # it ends exactly on a bound, and says on which
        x_scale="jac",
        ftol=EXACT,
        xtol=EXACT,
        gtol=EXACT,
    )


def _surely_falls(usl: _Fit) -> bool:
    """Whether the throughput surely falls within the worker counts measured."""
    if usl.on_bound or usl.misses > MISFIT:
        return False
    highest = usl.peak().high
    return highest is not None and highest < float(usl.workers.max())
