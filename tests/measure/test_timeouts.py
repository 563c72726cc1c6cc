import pytest

from bench.backends.ray_cluster import Ray
from bench.measure.timeouts import MIN_S, Timeouts
from bench.measure.trial.trial_process import TimeLimit
from tests.support.cases import case

LOOP, THREADS = case(), case(backend="threading", workers=2)


def test_requested_timeout_always_applies() -> None:
    timeouts = Timeouts(12.0)
    timeouts.learn(LOOP, 100.0)
    assert timeouts.limit(THREADS) == TimeLimit(12.0)


def test_timeout_before_the_baseline_is_five_minutes() -> None:
    assert Timeouts(None).limit(THREADS) == TimeLimit(300.0)


def test_timeout_is_ten_times_a_turn_of_the_baseline_and_its_reason_says_so() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 50.0)
    assert timeouts.limit(THREADS) == TimeLimit(500.0, " (10x the baseline's longest turn)")


def test_engine_has_more_time_to_start() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 0.5)
    assert timeouts.limit(case(backend="ray")).seconds == MIN_S + Ray.start_allowance_s > MIN_S
    timeouts.learn(LOOP, 50.0)
    assert timeouts.limit(case(backend="ray")).seconds == 500.0


def test_timeout_is_at_least_half_a_minute() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 0.5)
    assert timeouts.limit(THREADS) == TimeLimit(30.0, " (more than 10x the baseline's longest turn)")


def test_longest_turn_of_the_baseline_sets_the_timeout() -> None:
    timeouts = Timeouts(None)
    for took_s in (4.0, 6.0, 5.0):
        timeouts.learn(LOOP, took_s)
    assert timeouts.limit(THREADS).seconds == 60.0


def test_other_cases_do_not_affect_the_timeout() -> None:
    timeouts = Timeouts(None)
    timeouts.learn(THREADS, 50.0)
    assert timeouts.limit(LOOP).seconds == 300.0


@pytest.mark.parametrize(
    "other", [{"workload": "other"}, {"params": {"n": 2}}, {"python": "3.14.0"}, {"interpreter": "new"}]
)
def test_timeouts_are_separate_per_workload_and_interpreter(other: dict[str, object]) -> None:
    timeouts = Timeouts(None)
    timeouts.learn(LOOP, 50.0)
    assert timeouts.limit(case(backend="threading", **other)).seconds == 300.0
