import pytest

from bench.measure.timeouts import Timeouts
from bench.measure.trial.launcher import TimeLimit
from tests.support.cases import case

LOOP, THREADS = case(), case(backend="threading", workers=2)


def test_what_was_asked_for_holds_whatever_is_learned() -> None:
    timeouts = Timeouts(12.0)
    timeouts.learn(LOOP, 100.0)
    assert timeouts.limit(THREADS) == TimeLimit(12.0)


def test_before_the_plain_loop_is_measured_a_trial_has_five_minutes() -> None:
    assert Timeouts(None).limit(THREADS) == TimeLimit(300.0)


def test_a_trial_has_ten_times_as_long_as_the_plain_loops_and_its_reason_says_so() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 50.0)
    assert timeouts.limit(THREADS) == TimeLimit(500.0, " (10x the baseline's trial)")


def test_a_trial_has_half_a_minute_at_least() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 0.5)
    assert timeouts.limit(THREADS) == TimeLimit(30.0, " (more than 10x the baseline's trial)")


def test_the_longest_trial_of_the_plain_loop_counts() -> None:
    timeouts = Timeouts(None)
    for took_s in (4.0, 6.0, 5.0):
        timeouts.learn(LOOP, took_s)
    assert timeouts.limit(THREADS).seconds == 60.0


def test_other_cases_teach_nothing() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(THREADS, 50.0)
    assert timeouts.limit(LOOP).seconds == 300.0


@pytest.mark.parametrize("other", [{"workload": "other"}, {"params": {"n": 2}}, {"python": "3.14.0"}])
def test_other_work_and_other_interpreters_have_limits_of_their_own(other: dict[str, object]) -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 50.0)
    assert timeouts.limit(case(backend="threading", **other)).seconds == 300.0
