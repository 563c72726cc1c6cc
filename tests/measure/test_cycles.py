"""How many cycles a group makes, and how many of them a slow case."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.measure.cycles import (
    MOST,
    MOST_BRIEF,
    RISK,
    SLOW,
    SLOW_S,
    BriefCycles,
    Cycles,
    _t_quantile,
    best_cycles,
    passes_of,
)

SECONDS = st.floats(1e-6, 1e4)
MAYBE_SECONDS = st.just(0.0) | SECONDS


@given(MAYBE_SECONDS, MAYBE_SECONDS, SECONDS | st.just(math.inf))
def test_there_is_at_least_one_cycle_and_never_too_many(start_s: float, cycle_s: float, budget_s: float) -> None:
    assert 1 <= best_cycles(start_s, cycle_s, budget_s) <= MOST


@given(MAYBE_SECONDS, SECONDS, SECONDS)
def test_two_rounds_fit_into_the_budget_unless_there_is_one_cycle(
    start_s: float, cycle_s: float, budget_s: float
) -> None:
    cycles = best_cycles(start_s, cycle_s, budget_s)
    assert cycles == 1 or 2 * (start_s + cycles * cycle_s) <= budget_s * (1 + 1e-9)


@given(SECONDS, SECONDS, SECONDS, SECONDS)
def test_only_the_proportions_of_the_times_matter(start_s: float, cycle_s: float, budget_s: float, unit: float) -> None:
    near = [best_cycles(start_s, cycle_s, budget_s * factor) for factor in (0.999, 1.0, 1.001)]
    assert min(near) <= best_cycles(start_s * unit, cycle_s * unit, budget_s * unit) <= max(near)


def test_slow_starts_make_more_cycles_worth_while() -> None:
    assert best_cycles(4.0, cycle_s=0.5, budget_s=60.0) > best_cycles(1.0, cycle_s=0.5, budget_s=60.0)


def test_short_cycles_are_many_and_long_ones_few() -> None:
    cycles = [best_cycles(2.0, cycle_s, budget_s=60.0) for cycle_s in (0.01, 1.0, 10.0, 100.0)]
    assert cycles == sorted(cycles, reverse=True)
    assert (cycles[0], cycles[-1]) == (MOST, 1)


@pytest.mark.parametrize(("degrees", "error"), [(2.0, 0.15), (3.0, 0.04), (3.5, 0.03), (11.0, 0.001)])
def test_quantile_is_close_to_students(degrees: float, error: float) -> None:
    assert _t_quantile(degrees) == pytest.approx(float(stats.t.ppf(1 - RISK / 2, degrees)), rel=error)


@given(SECONDS, SECONDS, st.integers(1, MOST))
def test_case_takes_part_in_at_least_one_cycle_and_in_all_unless_it_is_slow(
    case_s: float, baseline_s: float, cycles: int
) -> None:
    passes = passes_of(case_s, baseline_s, cycles)
    assert 1 <= passes <= cycles
    assert passes == 1 or passes * case_s <= max(SLOW * cycles * baseline_s, SLOW_S) * (1 + 1e-9)
    if case_s <= SLOW * baseline_s * (1 - 1e-9):
        assert passes == cycles


def test_number_that_was_given_holds_for_every_workload() -> None:
    cycles = Cycles(5, {}, 60.0, {})
    assert (cycles.of("one", 4), cycles.of("two", 2)) == (5, 5)


def test_number_of_each_workload_is_decided_once_and_known_from_then_on() -> None:
    cycles = Cycles(None, {"before": 7}, 60.0, {})
    assert (cycles.of("before", 2), cycles.of("one", 4)) == (7, None)
    assert cycles.decide("one", 1.0, 0.5) == cycles.of("one", 4) == best_cycles(1.0, 0.5, 60.0)
    assert cycles.decided == {"before": 7, "one": cycles.of("one", 4)}


def test_passes_that_were_made_before_the_decision_are_not_all() -> None:
    assert Cycles(None, {}, 60.0, {}).decide("one", 1.0, 100.0, least=2) == 2


def test_number_is_decided_anew_for_a_group_of_other_cases() -> None:
    cycles = Cycles(None, {}, 60.0, {})
    cycles.of("one", 8)
    cycles.decide("one", 1.0, 0.5)
    assert cycles.of("one", 8) is not None
    assert cycles.of("one", 4) is None


@pytest.mark.parametrize(
    ("start_s", "cycle_s", "cycles"),
    [(1.2, 0.4, 3), (0.3, 2.0, 1), (5.0, 0.01, MOST_BRIEF), (1.0, 0.0, MOST_BRIEF), (0.0, 0.0, MOST_BRIEF)],
)
def test_brief_cycles_take_about_as_long_as_the_start(start_s: float, cycle_s: float, cycles: int) -> None:
    assert BriefCycles(None, {}, 60.0, {}).decide("one", start_s, cycle_s) == cycles


def test_brief_cycles_are_decided_anew_for_each_group() -> None:
    cycles = BriefCycles(None, {"one": 4}, 60.0, {})
    assert cycles.of("one", 2) is None
    cycles.decide("one", 1.0, 0.5)
    assert cycles.of("one", 2) is None
    assert BriefCycles(3, {}, 60.0, {}).of("one", 2) == 3
    assert cycles.decide("one", 0.1, 10.0, least=2) == 2
