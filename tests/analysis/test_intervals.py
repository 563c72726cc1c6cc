"""Ratios of paired times: against closed forms, known properties and a simulation."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import Series
from scipy import stats

from bench.analysis.intervals import Ratio, holm, paired_ratio

SECONDS = st.floats(min_value=1e-6, max_value=1e4)
PAIRS = st.lists(st.tuples(SECONDS, SECONDS), min_size=3, max_size=12)
SLOWER, FASTER = [2.0, 2.2, 1.9, 2.6, 2.1], [1.0, 1.3, 0.9, 1.2, 1.1]


def by_round(times: Sequence[float], first: int = 0) -> "Series[float]":
    return Series(times, index=range(first, first + len(times)), dtype=float)


def ratio(slower: Sequence[float], faster: Sequence[float]) -> Ratio:
    result = paired_ratio(by_round(slower), by_round(faster))
    assert result is not None
    return result


def bounds(result: Ratio) -> tuple[float, float]:
    assert result.low is not None
    assert result.high is not None
    return result.low, result.high


def test_the_point_is_the_geometric_mean_of_the_ratios_per_round() -> None:
    expected = stats.gmean(np.array(SLOWER) / np.array(FASTER))
    assert ratio(SLOWER, FASTER).point == pytest.approx(float(expected))


def test_the_interval_equals_that_of_the_paired_t_test_on_logarithms() -> None:
    expected = stats.ttest_rel(np.log(SLOWER), np.log(FASTER)).confidence_interval(0.95)
    assert bounds(ratio(SLOWER, FASTER)) == pytest.approx((math.exp(expected.low), math.exp(expected.high)))


def test_the_interval_of_three_rounds_matches_the_closed_form() -> None:
    logs = [math.log(2), math.log(3), math.log(4)]
    mean = sum(logs) / 3
    deviation = math.sqrt(sum((log - mean) ** 2 for log in logs) / 2)
    half = 4.302652729911275 * deviation / math.sqrt(3)
    assert bounds(ratio([2, 3, 4], [1, 1, 1])) == pytest.approx((math.exp(mean - half), math.exp(mean + half)))


def test_identical_samples_are_deterministic_and_never_nan() -> None:
    assert ratio([1.0] * 10, [1.0] * 10) == Ratio(1.0, 1.0, 1.0, 10, deterministic=True, p_value=1.0)


def test_a_constant_ratio_under_drift_is_deterministic() -> None:
    result = ratio([0.2, 0.6, 1.4, 3.4], [0.1, 0.3, 0.7, 1.7])
    assert result.deterministic
    assert result.point == result.low == result.high == pytest.approx(2)


@pytest.mark.parametrize("times", [[1.0], [1.0, 1.0], [1.0, 2.0]])
def test_fewer_than_three_rounds_have_a_point_and_no_interval(times: list[float]) -> None:
    result = ratio(times, [1.0] * len(times))
    assert (result.low, result.high, result.contains_one, result.deterministic) == (None, None, None, False)
    assert result.pairs == len(times)


def test_only_common_rounds_are_paired() -> None:
    result = paired_ratio(by_round([9, 2, 2]), by_round([1, 1, 9], first=1))
    assert result is not None
    assert result.point == pytest.approx(2)
    assert result.pairs == 2


def test_without_a_common_round_there_is_no_ratio() -> None:
    assert paired_ratio(by_round([1, 1]), by_round([1, 1], first=5)) is None
    assert paired_ratio(by_round([]), by_round([1, 1])) is None


def test_absurd_ratios_stay_finite() -> None:
    low, high = bounds(ratio([1e300, 1e-300, 1e300], [1e-300, 1e300, 1e-300]))
    assert 0 < low < high < math.inf


@given(PAIRS)
def test_the_interval_contains_the_point(pairs: list[tuple[float, float]]) -> None:
    result = ratio(*zip(*pairs, strict=True))
    low, high = bounds(result)
    assert 0 < low <= result.point <= high < math.inf


@given(PAIRS, st.floats(min_value=1e-3, max_value=1e3))
def test_the_ratio_does_not_depend_on_machine_speed(pairs: list[tuple[float, float]], factor: float) -> None:
    slower, faster = zip(*pairs, strict=True)
    scaled = ratio([time * factor for time in slower], [time * factor for time in faster])
    result = ratio(slower, faster)
    assert (scaled.point, *bounds(scaled)) == pytest.approx((result.point, *bounds(result)), rel=1e-6)


@given(PAIRS)
def test_swapping_the_sides_inverts_the_ratio_and_its_interval(pairs: list[tuple[float, float]]) -> None:
    slower, faster = zip(*pairs, strict=True)
    result, swapped = ratio(slower, faster), ratio(faster, slower)
    low, high = bounds(result)
    assert (swapped.point, *bounds(swapped)) == pytest.approx((1 / result.point, 1 / high, 1 / low), rel=1e-6)


@pytest.mark.slow
def test_intervals_of_six_rounds_cover_the_truth_at_the_stated_rate() -> None:
    """Each round has a drift of its own, up to threefold, that both cases share."""
    dice, truth, runs, rounds = np.random.default_rng(20260101), 1.7, 1500, 6
    covered = 0
    for _ in range(runs):
        drift = np.exp(dice.uniform(0, 1.1, rounds))
        slower = truth * drift * np.exp(dice.normal(0, 0.1, rounds))
        faster = drift * np.exp(dice.normal(0, 0.1, rounds))
        low, high = bounds(ratio(slower, faster))  # type: ignore[arg-type]  # arrays are sequences of floats here
        covered += low <= truth <= high
    assert 0.92 <= covered / runs <= 0.98


def test_holm_correction_matches_a_worked_example() -> None:
    """0.005 x 4, 0.01 x 3, 0.03 x 2, and then no less than the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(min_value=0, max_value=1), max_size=20))
def test_holm_correction_keeps_the_order_and_never_lowers_a_p_value(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(0 <= before <= after <= 1 for before, after in zip(p_values, adjusted, strict=True))
    by_size = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[index] for index in by_size] == sorted(adjusted)


@pytest.mark.slow
def test_corrected_cases_as_fast_as_the_baseline_seldom_look_different() -> None:
    """Twelve equal cases in five rounds, 400 times: uncorrected, some case would stand out in a third of them."""
    generator = np.random.default_rng(1)
    uncorrected = corrected = 0
    for _ in range(400):
        baseline = generator.lognormal(0, 0.1, 5).tolist()
        p_values = [ratio(baseline, generator.lognormal(0, 0.1, 5).tolist()).p_value or 0.0 for _ in range(12)]
        uncorrected += min(p_values) < 0.05
        corrected += min(holm(p_values)) < 0.05
    assert corrected / 400 <= 0.07 < uncorrected / 400
