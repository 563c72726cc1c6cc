"""How sure the median of a case's times is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

from bench.analysis.ratio import CONFIDENCE


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of the median, whatever the values' distribution: two of the values, chosen by their ranks.

    None for fewer than 6 values: their least and largest have the true median between them too seldom. The ranks are
    those of the binomial distribution, as in Le Boudec 2010, "Performance Evaluation of Computer and Communication
    Systems", appendix A.
    """
    if not len(values):
        return None
    found: Any = stats.quantile_test(np.asarray(values, dtype=float), p=0.5).confidence_interval(CONFIDENCE)
    return None if np.isnan(found.low) or np.isnan(found.high) else (float(found.low), float(found.high))
