"""The interval of the peak: its ends, and that it has none where the throughput may never fall."""

import numpy as np
import pytest

from bench.analysis.scaling.laws import curve
from bench.analysis.scaling.peak import peak_of

COUNTS = np.array([1, 2, 4, 8, 16, 32], dtype=float)


def test_without_noise_the_interval_is_the_peak() -> None:
    peak = peak_of(COUNTS, np.asarray(curve(COUNTS, 0.05, 0.005, 1.0)), 0.05, 0.005, error=0.0)
    assert peak.point == pytest.approx((0.95 / 0.005) ** 0.5)
    assert peak.interval == pytest.approx((peak.point, peak.point), rel=1e-2)


def test_more_noise_widens_the_interval_until_it_has_no_upper_end() -> None:
    throughput = np.asarray(curve(COUNTS, 0.05, 0.002, 1.0))
    narrow, wide, open_ended = (peak_of(COUNTS, throughput, 0.05, 0.002, error) for error in (0.05, 0.2, 2.0))
    assert narrow.low is not None and wide.low is not None and narrow.high is not None and wide.high is not None
    assert wide.low < narrow.low < narrow.point < narrow.high < wide.high
    assert open_ended.high is None
    assert open_ended.low is not None


def test_no_peak_is_below_one_worker() -> None:
    peak = peak_of(COUNTS, np.asarray(curve(COUNTS, 0.95, 0.02, 1.0)), 0.95, 0.02, error=0.05)
    assert peak.low == pytest.approx(1.0)
