"""How many cycles a group makes, and how many of them a slow case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.cycles import BASELINE_S, CYCLES_S, MOST, SHARE, SLOW, Cycles, cycles_for, passes_of

SECONDS = st.floats(1e-6, 1e4)
MAYBE_SECONDS = st.just(0.0) | SECONDS


@pytest.mark.parametrize(("pass_s", "cycles"), [(0.0, MOST), (0.001, MOST), (0.125, 8), (0.4, 2), (0.9, 1), (60.0, 1)])
def test_cycles_are_about_a_second_of_baseline_passes(pass_s: float, cycles: int) -> None:
    assert cycles_for(pass_s) == cycles


@given(SECONDS, MAYBE_SECONDS, MAYBE_SECONDS)
def test_cycles_are_enough_for_the_baseline_and_for_the_share_of_passes_within_limits(
    baseline_s: float, cycle_s: float, start_s: float
) -> None:
    cycles = cycles_for(baseline_s, cycle_s, start_s)
    assert 1 <= cycles <= MOST
    assert cycles == 1 or cycles * cycle_s <= CYCLES_S * (1 + 1e-9)
    if cycles < MOST and (cycles + 1) * cycle_s <= CYCLES_S:
        assert cycles * baseline_s >= BASELINE_S - 0.5 * baseline_s * (1 + 1e-9)
        assert cycle_s == 0 or (cycles + 0.5) * cycle_s * (1 + 1e-9) >= SHARE / (1 - SHARE) * start_s


@given(SECONDS, SECONDS, MAYBE_SECONDS, MAYBE_SECONDS)
def test_slower_baseline_never_makes_more_cycles(one_s: float, other_s: float, cycle_s: float, start_s: float) -> None:
    assert cycles_for(max(one_s, other_s), cycle_s, start_s) <= cycles_for(min(one_s, other_s), cycle_s, start_s)


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


def test_number_of_each_workload_is_known_once_it_is_decided() -> None:
    cycles = Cycles(None, {"before": 7})
    assert (cycles.of("before"), cycles.of("one")) == (7, None)
    cycles.decide("one", 4)
    assert cycles.of("one") == 4
    assert cycles.decided == {"before": 7, "one": 4}
