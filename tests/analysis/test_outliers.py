"""Outliers, slow first passes and contaminated trials: detected if present, seldom reported for noise alone."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.analysis.case_summary import CaseSummary
from bench.analysis.outliers import are_outliers, slow_first_passes
from bench.analysis.summary import summarise
from bench.results.load import load_run
from bench.schema import CONTAMINATED_FROM, Bound, Sample
from tests.support.factory import failure, rounds, sample, write_run

SECONDS = st.floats(min_value=1e-6, max_value=1e4)
STEADY = [1.0, 1.01, 0.99, 1.02, 0.98]


def outliers(*seconds: float) -> list[float]:
    times = np.array(seconds)
    return [float(time) for time in times[are_outliers(times)]]


def summary_of(folder: Path, samples: Sequence[Sample]) -> CaseSummary:
    (case_summary,) = summarise(load_run(write_run(folder / "run", samples)))
    return case_summary


def trial(number: int, *seconds: float, **facts: Any) -> list[Sample]:
    """A trial of several timed passes."""
    return [sample(round=number, value=value, elapsed_s=elapsed, **facts) for value, elapsed in enumerate(seconds)]


class TestOutliers:
    def test_a_time_far_above_or_below_the_others_is_an_outlier(self) -> None:
        assert outliers(*STEADY, 1.5) == [1.5]
        assert outliers(*STEADY, 0.6) == [0.6]
        assert outliers(*STEADY) == []

    def test_outliers_follow_the_iglewicz_hoaglin_score_of_the_logarithms(self) -> None:
        """Median 0 and median distance 0.1: a score of 3.5 is 0.519 away."""
        logs = [-0.1, -0.1, -0.1, 0.0, 0.0, 0.0, 0.1, 0.1, 0.1]
        assert outliers(*np.exp([*logs, 0.51, -0.51])) == []
        assert outliers(*np.exp([*logs, 0.53, -0.51])) == [pytest.approx(math.exp(0.53))]

    def test_fewer_than_five_trials_have_no_outliers(self) -> None:
        assert outliers(1.0, 1.0, 1.0, 9.0) == []

    def test_a_deviation_below_five_percent_is_never_an_outlier(self) -> None:
        assert outliers(1.0, 1.0001, 0.9999, 1.0, 1.0002, 1.04) == []

    def test_if_most_times_are_equal_the_five_percent_limit_decides(self) -> None:
        assert outliers(1.0, 1.0, 1.0, 1.0, 1.04, 1.06) == [1.06]

    @given(st.lists(SECONDS, min_size=5, max_size=30), st.floats(1e-3, 1e3))
    def test_outliers_are_a_minority_and_independent_of_the_unit(self, seconds: list[float], factor: float) -> None:
        times = np.array(seconds)
        far = are_outliers(times)
        assert far.sum() < len(times) / 2
        assert (far == are_outliers(times * factor)).all() or _is_close_call(times)

    @pytest.mark.parametrize(("trials", "most"), [(5, 0.07), (10, 0.025), (30, 0.008)])
    def test_noise_alone_yields_few_outliers(self, trials: int, most: float) -> None:
        dice = np.random.default_rng(20260103)
        times = np.exp(dice.normal(0, 0.2, (4000, trials)))
        assert np.mean([are_outliers(row) for row in times]) < most

    def test_outliers_are_counted_and_kept_in_all_figures(self, tmp_path: Path) -> None:
        case_summary = summary_of(tmp_path, rounds([*STEADY, 1.5, 1.6]))
        assert (case_summary.outliers, case_summary.trials) == (2, 7)
        assert case_summary.median_s == pytest.approx(1.01)
        assert case_summary.median and case_summary.median.high == pytest.approx(1.6)


class TestSlowFirstPasses:
    def test_first_passes_that_are_always_slower_are_counted(self, tmp_path: Path) -> None:
        passes = [(1.3, 1.0, 1.01), (1.2, 1.02, 1.0), (1.4, 1.0, 1.0), (1.2, 1.0, 1.01), (1.3, 1.0, 1.0)]
        samples = [one for number, times in enumerate(passes) for one in trial(number, *times)]
        assert summary_of(tmp_path, samples).slow_first_passes == 5

    @pytest.mark.parametrize(("bound", "slow"), [(Bound.CPU, 0), (Bound.IO, 8)])
    def test_computing_is_seen_relative_to_the_reference_pass(self, tmp_path: Path, bound: Bound, slow: int) -> None:
        """The machine was slow in the first cycle of each trial, which is no reason for waiting to take longer."""
        samples = [
            replace(one, reference_s=0.1 * (one.elapsed_s or 0), bound=bound)
            for number in range(8)
            for one in trial(number, 1.5, 1.0, 1.0)
        ]
        assert summary_of(tmp_path, samples).slow_first_passes == slow

    def test_an_incomplete_reference_is_not_used(self, tmp_path: Path) -> None:
        samples = [
            replace(one, reference_s=0.1 * (one.elapsed_s or 0) if one.value else None)
            for number in range(8)
            for one in trial(number, 1.5, 1.0, 1.0)
        ]
        assert summary_of(tmp_path, samples).slow_first_passes == 8

    def test_a_single_pass_yields_no_slow_first_passes(self, tmp_path: Path) -> None:
        assert summary_of(tmp_path, rounds([1.3] * 20)).slow_first_passes == 0
        assert slow_first_passes(np.array([2.0] * 9), np.array([1.0] * 9), 1) == 0

    def test_differences_that_may_be_chance_are_not_counted(self) -> None:
        later = np.ones(8)
        assert slow_first_passes(np.array([2.0] * 7 + [1.0]), later, 2) == 0
        assert slow_first_passes(np.array([2.0] * 8), later, 2) == 8
        assert slow_first_passes(np.array([2.0] * 3 + [1.0] * 5), later, 5) == 0

    def test_less_than_five_percent_is_not_slow(self) -> None:
        assert slow_first_passes(np.full(20, 1.04), np.ones(20), 5) == 0
        assert slow_first_passes(np.full(20, 1.06), np.ones(20), 5) == 20

    def test_trials_that_are_not_ok_are_ignored(self, tmp_path: Path) -> None:
        samples = [one for number in range(4) for one in trial(number, 1.5, 1.0, 1.0, 1.0)]
        broken = [*trial(4, 9.0, 1.0), failure(round=4, value=2)]
        assert summary_of(tmp_path, samples + broken).slow_first_passes == 4

    @pytest.mark.parametrize(("trials", "passes"), [(5, 3), (5, 5), (8, 2), (20, 2), (20, 5)])
    @pytest.mark.parametrize("noise", ["wide", "two speeds"])
    def test_equally_fast_passes_are_seldom_called_slow(self, noise: str, trials: int, passes: int) -> None:
        """At most 5 of 1000 cases, plus the error of a simulation of this size."""
        dice = np.random.default_rng(20260104)
        made = [NOISES[noise](dice, trials, passes) for _ in range(2000)]
        fired = [slow_first_passes(times[:, 0], times[:, 1:].max(axis=1), passes) > 0 for times in made]
        assert np.mean(fired) <= 0.005 + 3 * math.sqrt(0.005 / len(made))

    @pytest.mark.parametrize(("trials", "passes"), [(5, 3), (8, 2), (10, 5)])
    def test_a_slow_first_pass_is_detected_despite_noise(self, trials: int, passes: int) -> None:
        dice = np.random.default_rng(20260105)
        detected = 0
        for _ in range(200):
            times = np.exp(dice.normal(0, 0.03, (trials, passes)))
            times[:, 0] *= 1.5
            detected += slow_first_passes(times[:, 0], times[:, 1:].max(axis=1), passes) > 0
        assert detected > 190


class TestContaminated:
    @pytest.mark.parametrize(("share", "counted"), [(None, 0), (CONTAMINATED_FROM, 0), (CONTAMINATED_FROM + 0.01, 1)])
    def test_a_trial_with_foreign_load_on_its_cores_is_contaminated(
        self, share: float | None, counted: int, tmp_path: Path
    ) -> None:
        samples = [sample(foreign_cpu=0.01), *trial(1, 1.0, 1.0, foreign_cpu=share), sample(round=2)]
        assert summary_of(tmp_path, samples).contaminated == counted

    def test_one_contaminated_pass_makes_its_trial_contaminated(self, tmp_path: Path) -> None:
        samples = [sample(foreign_cpu=0.0), sample(value=1, foreign_cpu=0.9), sample(value=2, foreign_cpu=0.0)]
        assert summary_of(tmp_path, samples).contaminated == 1


def _wide(dice: np.random.Generator, trials: int, passes: int) -> NDArray[np.float64]:
    return np.exp(dice.normal(0, 0.3, (trials, passes)))


def _two_speeds(dice: np.random.Generator, trials: int, passes: int) -> NDArray[np.float64]:
    """A core at 50 or 90 ms per pass that keeps its speed in 4 of 5 passes, with 1 % noise."""
    speeds = dice.integers(0, 2, (trials, 1))
    changes = dice.random((trials, passes - 1)) > 0.8
    path = np.hstack([speeds, (speeds + np.cumsum(changes, axis=1)) % 2])
    times: NDArray[np.float64] = np.where(path, 90.0, 50.0) * np.exp(dice.normal(0, 0.01, path.shape))
    return times


NOISES: dict[str, Callable[[np.random.Generator, int, int], NDArray[np.float64]]] = {
    "wide": _wide,
    "two speeds": _two_speeds,
}


def _is_close_call(times: NDArray[np.float64]) -> bool:
    """Whether rounding may decide: a time is almost exactly at the limit for outliers."""
    logs = np.log(times)
    away = np.abs(logs - np.median(logs))
    limits = (3.5 * np.median(away) / 0.6745, math.log(1.05))
    return any(bool(np.isclose(away, limit, rtol=1e-6, atol=1e-9).any()) for limit in limits)
