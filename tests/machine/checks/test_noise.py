"""The arithmetic of noise, by its properties and by simulation."""

import math
import random
from collections.abc import Callable
from itertools import pairwise
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.machine.checks import _noise as noise

noises = st.floats(min_value=1e-6, max_value=2.0)
rounds = st.integers(min_value=2, max_value=300)
times = st.floats(min_value=1e-6, max_value=1e3)


@given(noises, noises, rounds)
def test_more_noise_hides_larger_differences(one: float, other: float, count: int) -> None:
    quiet, loud = sorted((one, other))
    assert noise.detectable_ratio(quiet, count) <= noise.detectable_ratio(loud, count)


@given(noises, rounds)
def test_more_rounds_show_smaller_differences(spread: float, count: int) -> None:
    assert noise.detectable_ratio(spread, count + 1) < noise.detectable_ratio(spread, count)


@given(rounds)
def test_any_difference_is_detectable_without_noise(count: int) -> None:
    assert noise.detectable_ratio(0.0, count) == 1.0


def test_detectable_difference_of_five_rounds_matches_the_formula() -> None:
    assert math.log(noise.detectable_ratio(0.1, 5)) == pytest.approx(0.1 * 3.7611 / math.sqrt(5), rel=1e-4)


@pytest.mark.parametrize("count", [3, 5, 20])
def test_detectable_difference_is_detected_in_about_80_percent_of_simulated_runs(count: int) -> None:
    dice, spread = random.Random(count), 0.2
    true = math.log(noise.detectable_ratio(spread, count))
    critical = stats.t.ppf(0.975, count - 1)

    def found() -> bool:
        logs = [dice.gauss(true, spread) for _ in range(count)]
        return fmean(logs) / (stdev(logs) / math.sqrt(count)) > critical

    assert fmean(found() for _ in range(4000)) == pytest.approx(0.80, abs=0.03)


@given(st.lists(st.tuples(times, times), min_size=1, max_size=50), st.floats(min_value=0.1, max_value=10.0))
def test_pair_noise_depends_on_neither_unit_nor_order(pairs: list[tuple[float, float]], unit: float) -> None:
    turned = [(second * unit, first * unit) for first, second in pairs]
    assert noise.pair_noise(turned) == pytest.approx(noise.pair_noise(pairs), abs=1e-6)


@given(st.lists(times, min_size=1, max_size=50))
def test_pairs_of_equal_times_have_no_noise_despite_drift(drift: list[float]) -> None:
    assert noise.pair_noise([(time, time) for time in drift]) == 0.0


def test_pair_noise_is_the_standard_deviation_of_log_ratios() -> None:
    dice = random.Random(1)
    pairs = [(math.exp(dice.gauss(0, 0.3)), 1.0) for _ in range(5000)]
    assert noise.pair_noise(pairs) == pytest.approx(0.3, rel=0.05)


@given(st.lists(times, min_size=2, max_size=50))
def test_quartiles_lie_between_the_extremes(found: list[float]) -> None:
    spread = noise.spread_of(found)
    values = [spread.fastest_s, spread.lower_s, spread.median_s, spread.upper_s, spread.slowest_s]
    assert all(low <= high * (1 + 1e-9) for low, high in pairwise(values))


def trials(one: Callable[[random.Random], float], seed: int, count: int = 100) -> list[float]:
    dice = random.Random(seed)
    return [one(dice) for _ in range(count)]


@pytest.mark.parametrize("slow_share", [0.3, 0.5, 0.7])
def test_two_speeds_are_detected_with_their_shares(slow_share: float) -> None:
    def one(dice: random.Random) -> float:
        return (0.09 if dice.random() < slow_share else 0.05) * math.exp(dice.gauss(0, 0.06))

    for seed in range(20):
        found = noise.two_speeds(trials(one, seed))
        assert found is not None
        assert found.fast_s == pytest.approx(0.05, rel=0.05)
        assert found.slow_s == pytest.approx(0.09, rel=0.05)
        assert found.slow_share == pytest.approx(slow_share, abs=0.2)


@pytest.mark.parametrize(
    "one",
    [
        lambda dice: 0.05 * math.exp(dice.gauss(0, 0.2)),
        lambda dice: dice.uniform(0.05, 0.09),
        lambda dice: 0.05 + dice.expovariate(50),
        lambda dice: 0.05,
    ],
    ids=["normal", "uniform", "exponential", "constant"],
)
def test_one_speed_is_rarely_mistaken_for_two(one: Callable[[random.Random], float]) -> None:
    mistaken = [noise.two_speeds(trials(one, seed)) is not None for seed in range(200)]
    assert fmean(mistaken) <= 0.03


def test_two_nearly_equal_speeds_count_as_one() -> None:
    assert noise.two_speeds([0.0500, 0.0501] * 50) is None
    assert noise.two_speeds([0.05, 0.06] * 50) is not None


def test_two_speeds_are_not_detected_in_few_trials() -> None:
    assert noise.two_speeds([0.05, 0.09] * 9) is None


@given(st.lists(times, min_size=1, max_size=60))
def test_two_speeds_lie_within_the_times(found: list[float]) -> None:
    speeds = noise.two_speeds(found)
    if speeds:
        assert min(found) * 0.999 <= speeds.fast_s < speeds.slow_s <= max(found) * 1.001
        assert noise.SMALLER_HALF * 0.999 <= speeds.slow_share <= 1.001 - noise.SMALLER_HALF
