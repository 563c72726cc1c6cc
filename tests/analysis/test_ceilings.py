"""The measured ceiling, read from any environment.json."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame
from scipy import stats

from bench.analysis.ceilings import ceiling_measurements, ceilings
from bench.analysis.intervals import Ratio
from bench.results.load import Run

TIMES = st.floats(min_value=1e-6, max_value=1e4)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
NUMBERS = TIMES | st.integers(-64, 64) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0])
MEASUREMENT = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ["round", "workers", "alone_s", "together_s", "python", "reason"],
        NUMBERS | st.none() | st.text() | st.lists(JSON),
    ),
)


def run_with(environment: dict[str, Any]) -> Run:
    return Run(name="run", folder=Path("run"), samples=DataFrame(), environment=environment)


def measurement(workers: Any, alone_s: Any, together_s: Any, number: Any = 0, **facts: Any) -> dict[str, Any]:
    """A measurement as recorded in a round; the first version recorded no other facts."""
    return {"round": number, "workers": workers, "alone_s": alone_s, "together_s": together_s, **facts}


def ceilings_of(*measurements: Any) -> dict[int, float]:
    return {workers: ratio.point for workers, ratio in ceilings(run_with({"ceilings": list(measurements)})).items()}


def of_two(*speedups: float) -> Ratio:
    """The ceiling of two workers from one measurement per round."""
    measurements = [measurement(2, speedup, 2.0, number) for number, speedup in enumerate(speedups)]
    return ceilings(run_with({"ceilings": measurements}))[2]


def test_two_processes_that_take_no_longer_than_one_have_a_ceiling_of_two() -> None:
    assert ceilings_of(measurement(2, 0.05, 0.05)) == {1: 1.0, 2: pytest.approx(2.0)}


def test_the_ceiling_is_the_geometric_mean_over_the_rounds_of_each_count() -> None:
    result = ceilings_of(
        measurement(4, 1.0, 2.0, 0),
        measurement(2, 1.0, 1.0, 0),
        measurement(4, 1.0, 8.0, 1),
        measurement(2, 0.5, 1.0, 1),
        measurement(2, 1.0, 4.0, 2),
    )
    assert list(result) == [1, 2, 4]
    assert result[4] == pytest.approx(math.sqrt(2 * 0.5))
    assert result[2] == pytest.approx((2 * 1 * 0.5) ** (1 / 3))


def test_several_measurements_in_a_round_count_as_one() -> None:
    result = ceilings(
        run_with({"ceilings": [measurement(2, *times, 0) for times in ((1.0, 1.0), (1.0, 4.0), (1.0, 2.0))]})
    )[2]
    assert result.point == pytest.approx(1.0)
    assert result.pairs == 1


def test_ceilings_of_three_or_more_rounds_have_a_students_t_interval_of_logarithms() -> None:
    assert (of_two(1.6, 1.8).low, of_two(1.6, 1.8).high) == (None, None)
    result = of_two(1.6, 1.8, 1.7)
    logs = np.log([1.6, 1.8, 1.7])
    half = stats.t.ppf(0.975, 2) * logs.std(ddof=1) / math.sqrt(3)
    assert result.point == pytest.approx(math.exp(logs.mean()))
    assert (result.low, result.high) == pytest.approx((math.exp(logs.mean() - half), math.exp(logs.mean() + half)))


def test_equal_measurements_have_the_point_as_their_interval() -> None:
    result = of_two(1.5, 1.5, 1.5)
    assert (result.low, result.high) == (result.point, result.point)


def test_the_ceiling_of_one_worker_is_exactly_one() -> None:
    result = ceilings(run_with({"ceilings": [measurement(2, 1.0, 1.0)]}))[1]
    assert (result.point, result.low, result.high) == (1.0, 1.0, 1.0)


def test_a_measurement_without_times_has_a_reason_instead_of_a_ceiling() -> None:
    run = run_with(
        {"ceilings": [measurement(2, None, None, reason="no answer", python="3.11.7"), measurement(4, 1.0, 1.0)]}
    )
    assert list(ceilings(run)) == [1, 4]
    assert [(one.workers, one.speedup, one.reason, one.python) for one in ceiling_measurements(run)] == [
        (2, None, "no answer", "3.11.7"),
        (4, 4.0, None, None),
    ]


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=10), st.integers(2, 64), st.floats(0.01, 100))
def test_the_ceiling_does_not_depend_on_machine_speed(
    times: list[tuple[float, float]], workers: int, factor: float
) -> None:
    result = ceilings_of(*(measurement(workers, *pair) for pair in times))[workers]
    ratios = [workers * alone / together for alone, together in times]
    assert min(ratios) <= result * (1 + 1e-9)
    assert result <= max(ratios) * (1 + 1e-9)
    slower = ceilings_of(*(measurement(workers, alone * factor, together * factor) for alone, together in times))
    assert slower[workers] == pytest.approx(result)


@pytest.mark.parametrize(
    "environment", [{}, {"ceilings": None}, {"ceilings": []}, {"ceilings": {"2": 1.7}}, {"ceilings": "1.7"}]
)
def test_without_measurements_there_are_no_ceilings(environment: dict[str, Any]) -> None:
    assert ceilings(run_with(environment)) == {}


@pytest.mark.parametrize(
    "junk",
    [
        None,
        [],
        "2",
        1.7,
        {},
        measurement(2, 0, 1.0),
        measurement(2, 1.0, 0),
        measurement(0, 1.0, 1.0),
        measurement(-2, 1.0, 1.0),
        measurement(2, -1.0, -1.0),
        measurement(True, 1.0, 1.0),
        measurement(2, True, 1.0),
        measurement("2", 1.0, 1.0),
        measurement(2, "1.0", 1.0),
        measurement(2, None, 1.0),
        measurement(2, math.nan, 1.0),
        measurement(2, 1.0, math.inf),
        measurement([2], 1.0, 1.0),
        measurement(2, 1.0, 1.0, None),
        measurement(2, 1.0, 1.0, [0]),
        {"workers": 2, "alone_s": 1.0},
    ],
    ids=str,
)
def test_invalid_measurements_are_ignored(junk: Any) -> None:
    assert ceilings_of(junk) == {}
    assert ceilings_of(junk, measurement(2, 1.0, 1.0), junk) == {1: 1.0, 2: pytest.approx(2.0)}


@given(JSON)
def test_arbitrary_json_yields_no_ceilings(content: Any) -> None:
    assert ceilings(run_with({"ceilings": content})) == {}


@given(st.lists(JSON | MEASUREMENT))
def test_arbitrary_measurements_yield_positive_ceilings_within_their_intervals(measurements: list[Any]) -> None:
    for ratio in ceilings(run_with({"ceilings": measurements})).values():
        assert 0 < (ratio.low or ratio.point) <= ratio.point * (1 + 1e-9)
        assert ratio.point <= (ratio.high or ratio.point) * (1 + 1e-9)


@pytest.mark.parametrize(
    "junk",
    [
        measurement(10**400, 1.0, 1.0),
        measurement(2, 10**400, 1.0),
        measurement(2, 1.0, 10**400),
        measurement(2, 5e-324, 1e308),
        measurement(2, 1e308, 1e-300),
        measurement(0.5, 1.0, 1.0),
        measurement(1, 1.0, 2.0),
    ],
    ids=["workers", "alone", "together", "underflow", "overflow", "half a worker", "one worker"],
)
def test_absurd_numbers_are_ignored(junk: Any) -> None:
    assert ceilings_of(junk, measurement(2, 1.0, 1.0)) == {1: 1.0, 2: pytest.approx(2.0)}
