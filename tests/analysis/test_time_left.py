"""The time left, estimated from the rounds that the workloads have completed."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.time_left import RunLimits, TimeLeft
from bench.schema import MIN_ROUNDS_FOR_PRECISION, Case, Sample
from tests.support.cases import cases_of
from tests.support.factory import sample

LOOP, TWO, FOUR = CASES = cases_of("work", 2, 4)
ONE_CASE = cases_of("one")
SECONDS = st.floats(0.1, 100.0)


class Clock:
    """A clock that advances only when a test sets it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def row(one: Case, number: int, elapsed_s: float) -> Sample:
    facts = {"workload": one.workload, "backend": one.backend, "workers": one.workers, "python": one.python}
    return sample(round=number, elapsed_s=elapsed_s, **facts)


class TimedRun:
    """A run whose progress is reported to a TimeLeft."""

    def __init__(self, cases: Sequence[Case], limits: RunLimits) -> None:
        self.clock = Clock()
        self.left = TimeLeft(cases, limits, self.clock)

    def group(self, number: int, cases: Sequence[Case], seconds: float, speedup: float = 2.0) -> None:
        """The trials of one workload in a round, which take so long together."""
        for one in cases:
            self.left.trial_starts(number, one)
        self.clock.now += seconds
        for one in cases:
            self.left.trial_ended([row(one, number, 1.0 if one.workers == 1 else 1.0 / speedup)])

    def begin(self, number: int, case: Case) -> None:
        """The next group starts."""
        self.left.trial_starts(number, case)


def test_before_a_workload_has_completed_a_round_there_is_no_estimate() -> None:
    run = TimedRun(CASES, RunLimits(3))
    assert run.left.seconds() is None
    run.group(0, CASES, 10.0)
    assert run.left.seconds() is None
    run.begin(1, LOOP)
    assert run.left.seconds() == 20.0


@given(st.dictionaries(st.sampled_from("abcd"), SECONDS, min_size=1), st.integers(2, 6), st.data())
def test_with_constant_round_times_the_estimate_is_exact_after_the_first_round(
    takes_s: dict[str, float], rounds: int, data: st.DataObject
) -> None:
    cases = {name: cases_of(name, 2) for name in takes_s}
    run = TimedRun([one for own in cases.values() for one in own], RunLimits(rounds))
    ends = run.clock.now + rounds * sum(takes_s.values())
    for number in range(rounds):
        for name in data.draw(st.permutations(list(cases))):
            run.begin(number, cases[name][0])
            if number > 0:
                assert run.left.seconds() == pytest.approx(ends - run.clock.now)
            share = data.draw(st.floats(0.0, 1.0))
            run.clock.now += share * takes_s[name]
            if number > 0:
                assert run.left.seconds() == pytest.approx(ends - run.clock.now, abs=1e-6)
            run.group(number, cases[name], (1 - share) * takes_s[name])
    assert run.clock.now == pytest.approx(ends)


def test_rounds_of_a_workload_are_estimated_by_the_mean_of_its_own() -> None:
    run = TimedRun((*CASES, *ONE_CASE), RunLimits(4))
    for number, (work_s, one_s) in enumerate([(10.0, 1.0), (20.0, 3.0)]):
        run.group(number, CASES, work_s)
        run.group(number, ONE_CASE, one_s)
    run.begin(2, LOOP)
    assert run.left.seconds() == 2 * 15.0 + 2 * 2.0


def test_unmeasured_workload_is_estimated_from_the_others() -> None:
    run = TimedRun((*CASES, *ONE_CASE), RunLimits(2))
    run.group(0, CASES, 10.0)
    run.begin(0, ONE_CASE[0])
    assert run.left.seconds() == 10.0 + 2 * 10.0


def test_estimate_falls_during_a_group_but_not_below_the_other_rounds() -> None:
    run = TimedRun(CASES, RunLimits(3))
    run.group(0, CASES, 10.0)
    run.begin(1, LOOP)
    run.clock.now += 4.0
    assert run.left.seconds() == 16.0
    assert run.left.workload_s == 4.0


def test_last_round_that_takes_longer_than_expected_has_no_negative_time_left() -> None:
    run = TimedRun(CASES, RunLimits(2))
    run.group(0, CASES, 10.0)
    run.begin(1, LOOP)
    run.clock.now += 50.0
    assert run.left.seconds() == 0.0


def test_time_budget_limits_the_estimate() -> None:
    run = TimedRun(CASES, RunLimits(100, budget_s=50.0))
    run.group(0, CASES, 10.0)
    run.begin(1, LOOP)
    assert run.left.seconds() == 40.0
    run.clock.now += 45.0
    assert run.left.seconds() == 0.0


def test_time_budget_of_each_workload_limits_its_rounds() -> None:
    run = TimedRun((*CASES, *ONE_CASE), RunLimits(100, workload_budget_s=60.0))
    run.group(0, CASES, 25.0)
    run.group(0, ONE_CASE, 10.0)
    run.begin(1, LOOP)
    assert run.left.seconds() == 1 * 25.0 + 5 * 10.0


class TestPrecision:
    def test_number_of_rounds_and_trials_is_unknown(self) -> None:
        precise, fixed = (TimedRun(CASES, RunLimits(9, precision)).left for precision in (0.1, None))
        assert (precise.total_rounds, precise.total_trials) == (None, None)
        assert (fixed.total_rounds, fixed.total_trials) == (9, 27)

    def test_before_there_are_intervals_the_estimate_is_a_lower_bound_of_the_minimum_of_rounds(self) -> None:
        run = TimedRun(CASES, RunLimits(100, 0.1))
        run.group(0, CASES, 10.0)
        run.begin(1, LOOP)
        assert run.left.at_least
        assert run.left.seconds() == (MIN_ROUNDS_FOR_PRECISION - 1) * 10.0
        assert not TimedRun(CASES, RunLimits(100)).left.at_least

    def test_rounds_needed_follow_from_the_width_of_the_intervals(self) -> None:
        estimates = []
        for spread in (0.0, 0.2, 0.4):
            run = TimedRun(CASES, RunLimits(100, 0.1))
            for number in range(4):
                run.group(number, CASES, 10.0, speedup=2.0 + spread * (number % 2))
            run.begin(4, LOOP)
            assert not run.left.at_least
            estimates.append(run.left.seconds())
        steady, wide, wider = estimates
        assert steady is not None and wide is not None and wider is not None
        assert steady <= 10.0 < wide < wider <= 96 * 10.0

    def test_workloads_that_are_done_take_no_more_time(self) -> None:
        run = TimedRun((*CASES, *ONE_CASE), RunLimits(100, 0.1))
        for number in range(3):
            run.group(number, CASES, 10.0)
            if number == 0:
                run.group(number, ONE_CASE, 1000.0)
        run.begin(3, LOOP)
        left = run.left.seconds()
        assert left is not None and left < 1000.0
