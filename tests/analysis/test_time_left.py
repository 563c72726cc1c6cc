"""The time left, from the trials so far."""

from bench.analysis.live_estimates import TimeLeft
from bench.schema import MIN_ROUNDS_FOR_PRECISION, Case
from tests.support.cases import case, cases_of


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def measured(left: TimeLeft, clock: Clock, number: int, *trials: tuple[Case, float], before: float = 0.0) -> None:
    """A round of trials with their seconds, after some time between rounds."""
    clock.now += before
    for one, seconds in trials:
        left.trial_starts(number, one)
        clock.now += seconds
        left.trial_ended(one)


LOOP, TWO, FOUR = cases_of("work", 2, 4)


def test_before_any_trial_has_ended_nothing_is_said() -> None:
    left = TimeLeft([LOOP], 3, clock=Clock())
    assert left.seconds() is None
    left.trial_starts(0, LOOP)
    assert left.seconds() is None


def test_each_case_is_expected_to_take_as_long_as_before() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], 3, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(1, TWO)
    assert left.seconds() == 1 + 10 + 11


def test_while_a_trial_runs_the_time_left_falls_but_not_below_what_comes_after() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], 2, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 4.0))
    left.trial_starts(1, TWO)
    clock.now += 3
    assert left.seconds() == 1 + 10
    clock.now += 30
    assert left.seconds() == 10
    assert left.trial_s == 33


def test_what_is_not_measured_yet_is_expected_to_take_as_long_as_what_is_most_like_it() -> None:
    clock = Clock()
    other = case(workload="other", backend="threading", workers=2)
    left = TimeLeft([LOOP, TWO, FOUR, other], 1, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(0, FOUR)
    assert left.seconds() == 1 + 5.5


def test_what_is_done_between_rounds_counts() -> None:
    clock = Clock()
    left = TimeLeft([LOOP], 4, clock=clock)
    measured(left, clock, 0, (LOOP, 1.0), before=7)
    measured(left, clock, 1, (LOOP, 1.0), before=3)
    clock.now += 3
    left.trial_starts(2, LOOP)
    assert left.seconds() == 1 + (3 + 1)


def test_a_budget_bounds_all_but_the_first_round() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO], 100, budget_s=50, clock=clock)
    measured(left, clock, 0, (LOOP, 45.0))
    left.trial_starts(0, TWO)
    assert left.seconds() == 45
    measured(left, clock, 0, (TWO, 2.0))
    left.trial_starts(1, TWO)
    assert left.seconds() == 3


def test_where_a_precision_decides_it_is_the_time_of_the_fewest_rounds_at_least() -> None:
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


def test_cases_that_a_round_left_out_are_not_expected_in_the_next() -> None:
    clock = Clock()
    left = TimeLeft([LOOP, TWO, FOUR], None, clock=clock)
    measured(left, clock, 0, (LOOP, 10.0), (TWO, 1.0), (FOUR, 5.0))
    for number in range(1, 10):
        measured(left, clock, number, (LOOP, 10.0), (TWO, 1.0))
    left.trial_starts(10, LOOP)
    assert left.seconds() == 11
