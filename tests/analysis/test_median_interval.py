"""Intervals of medians: exact, with at least the stated coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.intervals import median_interval

SECONDS = st.floats(min_value=1e-6, max_value=1e4)
TIMES = st.lists(SECONDS, min_size=6, max_size=40)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
def test_fewer_than_six_values_have_no_interval(values: list[float]) -> None:
    assert median_interval(values) is None


@given(TIMES)
def test_the_interval_has_two_of_the_values_as_ends_and_contains_the_median(values: list[float]) -> None:
    interval = median_interval(values)
    assert interval is not None
    assert set(interval) <= set(values)
    assert interval[0] <= np.median(values) <= interval[1]


@given(TIMES)
def test_the_order_of_values_does_not_matter(values: list[float]) -> None:
    assert median_interval(values) == median_interval(sorted(values))


def test_equal_values_have_an_interval_of_zero_width() -> None:
    assert median_interval([0.25] * 6) == (0.25, 0.25)


@pytest.mark.parametrize("trials", [6, 9, 15])
def test_intervals_cover_the_true_median_of_skewed_times_at_the_stated_rate(trials: int) -> None:
    dice = np.random.default_rng(20260102)
    intervals = [median_interval(dice.lognormal(0, 0.5, trials).tolist()) for _ in range(400)]
    covered = sum(one is not None and one[0] <= 1 <= one[1] for one in intervals)
    assert covered / len(intervals) > 0.95 - 3 * (0.95 * 0.05 / len(intervals)) ** 0.5
