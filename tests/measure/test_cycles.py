"""How many cycles a group makes, and how many of them a slow case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.cycles import BASELINE_S, MOST, SLOW, Cycles, cycles_for, passes_of

SECONDS = st.floats(1e-6, 1e4)


@pytest.mark.parametrize(("pass_s", "cycles"), [(0.0, 20), (0.001, 20), (0.125, 8), (0.4, 2), (0.9, 1), (60.0, 1)])
def test_cycles_are_about_a_second_of_baseline_passes(pass_s: float, cycles: int) -> None:
    assert cycles_for(pass_s) == cycles


@given(SECONDS)
def test_cycles_are_the_number_nearest_to_a_second_within_limits(pass_s: float) -> None:
    cycles = cycles_for(pass_s)
    assert 1 <= cycles <= MOST
    if 1 < cycles < MOST:
        assert abs(cycles * pass_s - BASELINE_S) <= pass_s / 2 * (1 + 1e-9)
    assert cycles == MOST or cycles * pass_s >= BASELINE_S - pass_s
    assert cycles == 1 or cycles * pass_s <= BASELINE_S + pass_s


@given(SECONDS, SECONDS)
def test_slower_baseline_never_makes_more_cycles(one_s: float, other_s: float) -> None:
    assert cycles_for(max(one_s, other_s)) <= cycles_for(min(one_s, other_s))


@given(SECONDS, SECONDS, st.integers(1, MOST))
def test_case_takes_part_in_at_least_one_cycle_and_in_all_unless_it_is_slow(
    case_s: float, baseline_s: float, cycles: int
) -> None:
    passes = passes_of(case_s, baseline_s, cycles)
    assert 1 <= passes <= cycles
    assert passes == 1 or passes * case_s <= SLOW * cycles * baseline_s * (1 + 1e-9)
    if case_s <= SLOW * baseline_s * (1 - 1e-9):
        assert passes == cycles


def test_number_that_was_given_holds_for_every_workload() -> None:
    cycles = Cycles(5, {})
    assert (cycles.of("one"), cycles.of("two")) == (5, 5)


def test_number_of_each_workload_is_decided_once_and_known_from_then_on() -> None:
    cycles = Cycles(None, {"before": 7})
    assert (cycles.of("before"), cycles.of("one")) == (7, None)
    assert cycles.decide("one", 0.25) == cycles.of("one") == 4
    assert cycles.decided == {"before": 7, "one": 4}


def test_passes_that_were_made_before_the_decision_are_not_all() -> None:
    assert Cycles(None, {}).decide("one", 60.0, least=2) == 2
