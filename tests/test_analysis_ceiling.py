"""The measured ceiling, from whatever environment.json holds."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from bench.analysis.ceiling import ceilings
from bench.analysis.load import Run

TIMES = st.floats(min_value=1e-6, max_value=1e4)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
NUMBERS = TIMES | st.integers(-64, 64) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0])
LOOK = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["workers", "alone_s", "together_s"], NUMBERS | st.none() | st.text() | st.lists(JSON))
)


def run_with(environment: dict[str, Any]) -> Run:
    return Run(name="run", folder=Path("run"), samples=DataFrame(), environment=environment)


def look(workers: Any, alone_s: Any, together_s: Any) -> dict[str, Any]:
    return {"round": 0, "workers": workers, "alone_s": alone_s, "together_s": together_s}


def ceilings_of(*looks: Any) -> dict[int, float]:
    return ceilings(run_with({"ceilings": list(looks)}))


def test_two_processes_that_take_no_longer_than_one_have_a_ceiling_of_two() -> None:
    assert ceilings_of(look(2, 0.05, 0.05)) == {1: 1.0, 2: pytest.approx(2.0)}


def test_the_ceiling_is_the_geometric_mean_over_the_rounds_of_each_count() -> None:
    found = ceilings_of(look(4, 1.0, 2.0), look(2, 1.0, 1.0), look(4, 1.0, 8.0), look(2, 0.5, 1.0), look(2, 1.0, 4.0))
    assert list(found) == [1, 2, 4]
    assert found[4] == pytest.approx(math.sqrt(2 * 0.5))
    assert found[2] == pytest.approx((2 * 1 * 0.5) ** (1 / 3))


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=10), st.integers(2, 64), st.floats(0.01, 100))
def test_a_machine_slower_by_a_constant_has_the_same_ceiling(
    times: list[tuple[float, float]], workers: int, factor: float
) -> None:
    found = ceilings_of(*(look(workers, *pair) for pair in times))[workers]
    ratios = [workers * alone / together for alone, together in times]
    assert min(ratios) <= found * (1 + 1e-9)
    assert found <= max(ratios) * (1 + 1e-9)
    slower = ceilings_of(*(look(workers, alone * factor, together * factor) for alone, together in times))
    assert slower[workers] == pytest.approx(found)


@pytest.mark.parametrize(
    "environment", [{}, {"ceilings": None}, {"ceilings": []}, {"ceilings": {"2": 1.7}}, {"ceilings": "1.7"}]
)
def test_where_nothing_was_measured_there_is_no_ceiling_not_even_of_one_worker(environment: dict[str, Any]) -> None:
    assert ceilings(run_with(environment)) == {}


@pytest.mark.parametrize(
    "junk",
    [
        None,
        [],
        "2",
        1.7,
        {},
        look(2, 0, 1.0),
        look(2, 1.0, 0),
        look(0, 1.0, 1.0),
        look(-2, 1.0, 1.0),
        look(2, -1.0, -1.0),
        look(True, 1.0, 1.0),
        look(2, True, 1.0),
        look("2", 1.0, 1.0),
        look(2, "1.0", 1.0),
        look(2, None, 1.0),
        look(2, math.nan, 1.0),
        look(2, 1.0, math.inf),
        look([2], 1.0, 1.0),
        {"workers": 2, "alone_s": 1.0},
    ],
    ids=str,
)
def test_what_is_no_measurement_is_passed_over(junk: Any) -> None:
    assert ceilings_of(junk) == {}
    assert ceilings_of(junk, look(2, 1.0, 1.0), junk) == {1: 1.0, 2: pytest.approx(2.0)}


@given(JSON)
def test_whatever_else_stands_for_the_ceilings_none_is_found(found: Any) -> None:
    assert ceilings(run_with({"ceilings": found})) == {}


@given(st.lists(JSON | LOOK))
def test_arbitrary_looks_never_raise_and_a_ceiling_is_a_positive_number(looks: list[Any]) -> None:
    assert all(value > 0 for value in ceilings_of(*looks).values())


@pytest.mark.parametrize(
    "junk",
    [
        look(10**400, 1.0, 1.0),
        look(2, 10**400, 1.0),
        look(2, 1.0, 10**400),
        look(2, 5e-324, 1e308),
        look(2, 1e308, 1e-300),
        look(0.5, 1.0, 1.0),
        look(1, 1.0, 2.0),
    ],
    ids=["workers", "alone", "together", "underflow", "overflow", "half a worker", "one worker"],
)
def test_a_number_beyond_all_reason_is_passed_over(junk: Any) -> None:
    assert ceilings_of(junk, look(2, 1.0, 1.0)) == {1: 1.0, 2: pytest.approx(2.0)}
