"""What is concluded about a change between two runs, and what never is."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.analysis.change import Change, ChangeVerdict, Doubt, Judgement, change_between, judge
from bench.analysis.estimate import Estimate
from bench.analysis.rank_test import Logs, smallest_p

SECONDS = st.lists(st.floats(min_value=1e-6, max_value=1e4), min_size=4, max_size=6)
OLD = [1.00, 1.01, 0.99, 1.02, 0.98, 1.00, 1.01, 0.99]


def logs(times: Sequence[float]) -> Logs:
    return np.log(times, dtype=float)


def changed(old: Sequence[float], new: Sequence[float]) -> Change:
    return change_between(logs(old), logs(new))


def scaled(factor: float, times: Sequence[float] = OLD) -> list[float]:
    return [time * factor for time in times]


def judged(old: Sequence[float], new: Sequence[float], threshold: float = 0.05) -> Judgement:
    return judge([changed(old, new)], threshold)[0]


def bounds(change: Change) -> tuple[float, float, float]:
    assert change.ratio is not None and change.ratio.interval is not None
    low, high = change.ratio.interval
    return low, change.ratio.point, high


class TestChange:
    def test_the_ratio_is_above_one_if_the_new_run_is_slower(self) -> None:
        assert changed([1, 2, 3, 4], [3, 6, 9, 12]).factor == pytest.approx(3)

    def test_a_machine_with_two_speeds_barely_moves_the_ratio(self) -> None:
        """One run has the slow speed twice, the other four times: the means overstate the change by a fifth."""
        old = [50.0, 50.2, 50.4, 50.6, 50.8, 51.0, 90.0, 91.0]
        new = [62.5, 62.7, 62.9, 63.1, 112.0, 113.0, 114.0, 115.0]
        assert changed(old, new).factor == pytest.approx(1.25, abs=0.02)

    def test_the_interval_contains_the_ratios_the_test_does_not_reject(self) -> None:
        old, new = [1.0, 1.4, 0.9, 1.1, 1.2, 1.25], [1.3, 1.9, 1.15, 1.6, 1.45]
        low, _, high = bounds(changed(old, new))
        for factor, inside in ((low * 0.999, False), (low * 1.001, True), (high * 0.999, True), (high * 1.001, False)):
            p_value = stats.mannwhitneyu(scaled(factor, old), new, method="exact").pvalue
            assert (p_value >= 0.05) == inside

    def test_a_run_compared_with_itself_has_not_changed(self) -> None:
        change = changed(OLD, OLD)
        low, ratio, high = bounds(change)
        assert low < ratio < high
        assert (ratio, change.p_value) == (1, 1)

    def test_identical_times_are_deterministic_and_never_nan(self) -> None:
        assert changed([0.1] * 5, [0.1] * 5) == Change(Estimate(1, 1, 1), 1, 5, 5, deterministic=True)

    def test_constant_times_that_changed_are_deterministic_too(self) -> None:
        change = changed([0.1] * 5, [0.2] * 4)
        assert change.deterministic
        assert bounds(change) == pytest.approx((2, 2, 2))

    def test_one_constant_run_still_has_an_interval(self) -> None:
        change = changed([1.0] * 5, OLD)
        low, ratio, high = bounds(change)
        assert low < ratio < high
        assert not change.deterministic

    @pytest.mark.parametrize(("old", "new"), [([1.0], [1.0]), ([1.0, 1.1], OLD), (OLD, [1.0, 1.0])])
    def test_fewer_than_three_trials_have_a_ratio_and_no_interval(self, old: list[float], new: list[float]) -> None:
        change = changed(old, new)
        assert change.ratio is not None
        assert (change.ratio.has_interval, change.deterministic) == (False, False)

    def test_without_trials_there_is_no_ratio(self) -> None:
        assert changed([], OLD) == Change(None, None, 0, 8)

    @given(SECONDS, SECONDS)
    def test_swapping_the_runs_inverts_the_change(self, old: list[float], new: list[float]) -> None:
        forward, backward = changed(old, new), changed(new, old)
        low, ratio, high = bounds(forward)
        assert 0 < low <= ratio <= high < math.inf
        assert bounds(backward) == pytest.approx((1 / high, 1 / ratio, 1 / low), rel=1e-6)
        assert backward.p_value == pytest.approx(forward.p_value)


class TestJudgement:
    @pytest.mark.parametrize(
        ("factor", "finding"), [(1.25, ChangeVerdict.SLOWER), (0.8, ChangeVerdict.FASTER), (1.0, ChangeVerdict.WITHIN)]
    )
    def test_clear_changes_and_clear_equality_are_reported(self, factor: float, finding: ChangeVerdict) -> None:
        assert judged(OLD, scaled(factor)).finding is finding

    def test_a_significant_change_below_the_threshold_is_within_it(self) -> None:
        judgement = judged(OLD, scaled(1.025))
        assert judgement.finding is ChangeVerdict.WITHIN
        assert (judgement.p_corrected or 1) < 0.05

    def test_a_significant_change_on_either_side_of_the_threshold_is_undecided(self) -> None:
        judgement = judged(OLD, scaled(1.045))
        assert (judgement.finding, judgement.doubt) == (ChangeVerdict.UNKNOWN, Doubt.SIZE)

    def test_noise_is_undecided(self) -> None:
        judgement = judged([1, 2, 1, 2, 1, 2], [2, 1, 2, 1, 2, 2])
        assert (judgement.finding, judgement.doubt) == (ChangeVerdict.UNKNOWN, Doubt.NOISE)

    def test_a_single_outlier_does_not_make_a_change_large(self) -> None:
        """The trials do not overlap, but a single one dominates the difference of the means."""
        old, new = [1.00, 1.01, 1.02, 1.03, 1.04], [1.05, 1.06, 1.07, 1.08, 300.0]
        judgement = judged(old, new)
        assert (judgement.p_corrected or 1) < 0.05
        assert (judgement.finding, judgement.doubt) == (ChangeVerdict.UNKNOWN, Doubt.SIZE)

    @pytest.mark.parametrize("trials", [1, 2, 3])
    def test_too_few_trials_report_the_five_rounds_needed(self, trials: int) -> None:
        judgement = judged(OLD[:trials], scaled(2, OLD[:trials]))
        assert (judgement.finding, judgement.doubt) == (ChangeVerdict.UNKNOWN, Doubt.TOO_FEW_TRIALS)
        assert judgement.rounds_needed == 5

    def test_few_trials_may_still_show_a_change_within_the_threshold(self) -> None:
        assert judged([1.0, 1.001, 0.999, 1.0], [1.001, 1.0, 1.0, 1.001]).finding is ChangeVerdict.WITHIN

    def test_one_trial_against_many_has_no_interval_and_is_undecided(self) -> None:
        judgement = judged([1.0], scaled(2, OLD * 6))
        assert (judgement.finding, judgement.doubt) == (ChangeVerdict.UNKNOWN, Doubt.NO_INTERVAL)

    def test_many_cases_report_how_many_more_rounds_they_need(self) -> None:
        five = changed(OLD[:5], scaled(2, OLD[:5]))
        assert {one.finding for one in judge([five] * 6, 0.05)} == {ChangeVerdict.SLOWER}
        seven = judge([five] * 7, 0.05)
        assert {(one.finding, one.doubt, one.rounds_needed) for one in seven} == {
            (ChangeVerdict.UNKNOWN, Doubt.TOO_FEW_TRIALS, 6)
        }

    def test_a_case_not_significant_after_correction_is_undecided(self) -> None:
        weak = changed(OLD[:6], [1.1, 1.2, 1.3, 1.0, 1.1, 1.2])
        assert judge([weak], 0.05)[0].finding is ChangeVerdict.SLOWER
        among = judge([weak] + [changed(OLD, OLD[::-1])] * 11, 0.05)[0]
        assert (among.finding, among.doubt) == (ChangeVerdict.UNKNOWN, Doubt.MANY)

    def test_a_case_without_trials_does_not_affect_the_others(self) -> None:
        none, five = changed([], OLD), changed(OLD[:5], scaled(2, OLD[:5]))
        judgements = judge([none] * 20 + [five], 0.05)
        assert judgements[0] == Judgement(ChangeVerdict.UNKNOWN, None, Doubt.NO_PAIR)
        assert judgements[-1].finding is ChangeVerdict.SLOWER

    def test_without_changes_there_are_no_judgements(self) -> None:
        assert judge([], 0.05) == []

    @given(SECONDS, SECONDS, st.floats(min_value=0, max_value=1))
    def test_every_verdict_agrees_with_its_figures(self, old: list[float], new: list[float], most: float) -> None:
        change = changed(old, new)
        judgement = judged(old, new, most)
        low, ratio, high = bounds(change)
        chance = judgement.p_corrected
        assert chance is not None and chance >= smallest_p(len(old), len(new))
        match judgement.finding:
            case ChangeVerdict.SLOWER:
                assert chance < 0.05 and low > 1 and ratio > 1 + most
            case ChangeVerdict.FASTER:
                assert chance < 0.05 and high < 1 and ratio < 1 / (1 + most)
            case ChangeVerdict.WITHIN:
                assert 1 / (1 + most) <= low and high <= 1 + most
            case ChangeVerdict.UNKNOWN:
                assert judgement.doubt is not None


def test_equal_cases_are_seldom_called_different() -> None:
    """Four equal cases of five rounds, 300 times, with the noise of a virtual machine."""
    dice = np.random.default_rng(1)
    named = 0
    for _ in range(300):
        changes = [change_between(dice.normal(0, 0.2, 5), dice.normal(0, 0.2, 5)) for _ in range(4)]
        named += any(one.finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER) for one in judge(changes, 0.05))
    assert named / 300 <= 0.07
