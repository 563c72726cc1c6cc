"""Figures with intervals answer questions with yes, no, or nothing."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.estimate import Estimate
from bench.analysis.evidence import ClaimVerdict, Evidence, Figure, Unit, every, fact, judged, some, verdict_of

NUMBERS = st.floats(-1e6, 1e6)
ANSWERS = (True, False, None)


def figure(point: float, low: float | None, high: float | None) -> Figure:
    return Figure("speedup", Estimate(point, low, high), Unit.RATIO, 5)


@pytest.mark.parametrize(
    ("bound", "at_least", "at_most"), [(1.4, True, False), (1.5, True, None), (1.7, None, None), (2.1, False, True)]
)
def test_an_interval_decides_only_outside_of_itself(bound: float, at_least: bool | None, at_most: bool | None) -> None:
    speedup = figure(1.7, 1.5, 2.0)
    assert (speedup.at_least(bound), speedup.at_most(bound)) == (at_least, at_most)


def test_a_figure_without_an_interval_decides_nothing() -> None:
    speedup = figure(1.7, None, None)
    assert speedup.at_least(0) is speedup.at_most(9) is speedup.equals(1.7) is None
    assert figure(2, 1, 3).at_least_times(1, speedup) is None


def test_a_count_equals_a_number_if_every_trial_gave_it() -> None:
    assert fact("cancelled", 3).equals(3) is True
    assert fact("cancelled", 2).equals(3) is False
    assert figure(2.5, 1.5, 3.5).equals(3) is None


def test_a_multiple_of_another_figure_holds_for_both_ends_of_its_interval() -> None:
    other = figure(1, 0.9, 1.1)
    assert figure(3, 2.5, 3.5).at_least_times(2, other) is True
    assert figure(1.5, 1.4, 1.6).at_least_times(2, other) is False
    assert figure(2, 1.9, 2.1).at_least_times(2, other) is None


@given(NUMBERS, NUMBERS, NUMBERS)
def test_at_least_and_at_most_never_both_fail(one: float, other: float, bound: float) -> None:
    low, high = sorted((one, other))
    answers = figure((low + high) / 2, low, high)
    assert not (answers.at_least(bound) is False and answers.at_most(bound) is False)


@pytest.mark.parametrize("answers", [*product(ANSWERS, repeat=3)])
def test_all_and_any_agree_with_each_other(answers: tuple[bool | None, ...]) -> None:
    negated = [None if answer is None else not answer for answer in answers]
    inverse = some(*negated)
    assert every(*answers) == (None if inverse is None else not inverse)


def test_one_answer_may_decide_over_open_ones() -> None:
    assert every(None, False, True) is False
    assert every(None, True) is None
    assert some(None, True) is True
    assert some(None, False) is None


def test_verdicts_follow_the_condition() -> None:
    assert [verdict_of(answer) for answer in ANSWERS] == [
        ClaimVerdict.HOLDS,
        ClaimVerdict.DOES_NOT_HOLD,
        ClaimVerdict.CANT_TELL,
    ]
    assert judged(None, "it takes 1 s").why == "it takes 1 s, which leaves it open"


def test_a_figure_that_is_not_there_is_an_error() -> None:
    evidence = Evidence((fact("cores", 2),))
    assert evidence["cores"].estimate.point == 2
    assert evidence.has("cores") and not evidence.has("speedup")
    with pytest.raises(KeyError):
        _ = evidence["speedup"]
    with pytest.raises(KeyError):
        evidence.starting("speedup")


def test_a_figure_that_never_has_an_interval_does_not_lack_trials() -> None:
    ceiling = figure(1.7, None, None)
    assert Evidence((ceiling,)).has_intervals
    assert not Evidence((replace(ceiling, trials=2),)).has_intervals
