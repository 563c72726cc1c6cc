"""How sure the median of a case's times is."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from bench.analysis.ratio import CONFIDENCE


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of the median, whatever the values' distribution: two of the values, chosen by their ranks.

    None for fewer than 6 values: their least and largest have the true median between them too seldom. The ranks are
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
