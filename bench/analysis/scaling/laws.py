"""Amdahl's law and the Universal Scalability Law, and what a fit of them to throughputs says.

X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)), after Gunther 2007, "Guerrilla Capacity Planning", in the form
with three parameters of Gunther, Puri and Vasanth 2015, "Hadoop superlinear scalability"; Amdahl's law has beta = 0.
alpha is the serial share of the work, beta what each pair of workers loses to coordination, gamma the throughput of one
worker.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bench.analysis.estimate import Estimate


class Law(StrEnum):
    """The laws, the one with fewer parameters first."""

    AMDAHL = "amdahl"
    USL = "usl"


class Refusal(StrEnum):
    """Why a fit concludes nothing, or less than it could."""

    TOO_FEW = "too few worker counts"
    FALLS = "throughput falls"  # which Amdahl's law cannot describe
    MISFIT = "not of the law's shape"
    ALPHA_ZERO = "alpha at its bound 0"
    ALPHA_ONE = "alpha at its bound 1"
    BETA_ZERO = "beta at its bound 0"
    BETA_ONE = "beta at its bound 1"


@dataclass(frozen=True)
class Coefficient(Estimate):
    """A parameter of a law with its standard error, and its 95 % interval within the parameter's bounds."""

    error: float


@dataclass(frozen=True)
class LawFit:
    """A law fitted to `points` throughputs, at `counts` distinct worker counts up to `most`.

    `refused` says why it concludes nothing; then `peak` is None, and so are the coefficients, except where one of them
    is on its bound. Amdahl's law has neither `beta` nor a peak. The peak is the worker count with the highest
    throughput; its interval has no upper end if a throughput that never falls fits as well.
    `residual_standard_error` is in the unit of the throughputs, and `misses` is its share of their mean.
    """

    law: Law
    points: int
    counts: int
    most: int
    alpha: Coefficient | None = None
    beta: Coefficient | None = None
    gamma: Coefficient | None = None
    peak: Estimate | None = None
    residual_standard_error: float | None = None
    misses: float | None = None
    refused: Refusal | None = None

    @property
    def has_curve(self) -> bool:
        """Whether the law was fitted, so that it has a throughput for each number of workers."""
        return self.alpha is not None and self.gamma is not None

    def throughput(self, workers: Any) -> Any:
        """The throughput at a number of workers, or an array of them. Raises ValueError without a curve."""
        if self.alpha is None or self.gamma is None:
            raise ValueError("the law was not fitted")
        return curve(workers, self.alpha.point, self.beta.point if self.beta else 0.0, self.gamma.point)

    def lost(self, workers: int) -> tuple[float, float]:
        """The shares of so many workers' capacity that are lost to serial work, and to coordination."""
        alpha, beta = (one.point if one else 0.0 for one in (self.alpha, self.beta))
        serial, coordination = alpha * (workers - 1), beta * workers * (workers - 1)
        whole = 1 + serial + coordination
        return serial / whole, coordination / whole


def curve(workers: Any, alpha: float, beta: float, gamma: float) -> Any:
    """X(N) of the Universal Scalability Law."""
    return gamma * workers / (1 + alpha * (workers - 1) + beta * workers * (workers - 1))
