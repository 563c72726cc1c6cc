"""Figures from the values of several trials."""

from collections.abc import Sequence

import numpy as np

from bench.analysis.evidence import Figure, Unit
from bench.analysis.overhead import estimate, log_estimate
from bench.errors import TrialFailed
from bench.schema import Status


def measured(name: str, values: Sequence[float], unit: Unit) -> Figure:
    """The mean over the trials with Student's 95 % interval: of the logarithms, unless it is a count or one is 0."""
    array = np.asarray(values, dtype=float)
    if not len(array):
        raise TrialFailed(Status.ERROR, f"{name}: there is no trial with a value")
    if unit is not Unit.COUNT and (array > 0).all():
        return Figure(name, log_estimate(array), unit, len(array))
    mean = estimate(array)
    assert mean is not None, "there are values"
    return Figure(name, mean, unit, len(array))
