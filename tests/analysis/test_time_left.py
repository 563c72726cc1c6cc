"""The time left, estimated from the trials measured until now."""

from bench.analysis.live_estimates import TimeLeft
from bench.schema import MIN_ROUNDS_FOR_PRECISION, Case
from tests.support.cases import case, cases_of


class Clock:
    """A clock that advances only when a test sets it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def measured(left: TimeLeft, clock: Clock, number: int, *trials: tuple[Case, float], before: float = 0.0) -> None:
    """Run a round of trials that take these seconds, after some time between rounds."""
    clock.now += before
    for one, seconds in trials:
        left.trial_starts(number, one)
        clock.now += seconds
        left.trial_ended(one)


LOOP, TWO, FOUR = cases_of("work", 2, 4)


def test_before_the_first_trial_ends_there_is_no_estimate() -> None:
    left = TimeLeft([LOOP], 3, clock=Clock())
    assert left.seconds() is None
    left.trial_starts(0, LOOP)
    assert left.seconds() is None


def test_each_case_is_estimated_from_its_previous_trials() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], 3, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(1, TWO)
    assert left.seconds() == 1 + 10 + 11


def test_the_estimate_falls_during_a_trial_but_not_below_the_remaining_trials() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], 2, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 4.0))
    left.trial_starts(1, TWO)
    clock.now += 3
    assert left.seconds() == 1 + 10
    clock.now += 30
    assert left.seconds() == 10
    assert left.trial_s == 33


def test_unmeasured_cases_are_estimated_from_the_most_similar_case() -> None:
    clock = Clock()
    other = case(workload="other", backend="threading", workers=2)
    left = TimeLeft([LOOP, TWO, FOUR, other], 1, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(0, FOUR)
    assert left.seconds() == 1 + 5.5


def test_the_estimate_includes_work_between_rounds() -> None:
    clock = Clock()
    left = TimeLeft([LOOP], 4, clock=clock)
    measured(left, clock, 0, (LOOP, 1.0), before=7)
    measured(left, clock, 1, (LOOP, 1.0), before=3)
    clock.now += 3
    left.trial_starts(2, LOOP)
    assert left.seconds() == 1 + (3 + 1)


def test_a_budget_limits_all_but_the_first_round() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], 100, budget_s=50, clock=clock)
    measured(left, clock, 0, (LOOP, 45.0))
    left.trial_starts(0, TWO)
    assert left.seconds() == 45
    measured(left, clock, 0, (TWO, 2.0))
    left.trial_starts(1, TWO)
    assert left.seconds() == 3


def test_with_a_precision_the_estimate_covers_the_minimum_rounds() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], None, clock=clock)
    assert left.at_least
    assert not TimeLeft([LOOP], 1).at_least
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(1, LOOP)
    assert left.seconds() == (MIN_ROUNDS_FOR_PRECISION - 1) * 11
    for number in range(1, 20):
        measured(left, clock, number, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(20, LOOP)
    assert left.seconds() == 11


def test_cases_left_out_of_a_round_are_not_expected_in_the_next() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO, FOUR], None, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0), (FOUR, 5.0))
    for number in range(1, 10):
        measured(left, clock, number, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(10, LOOP)
    assert left.seconds() == 11
