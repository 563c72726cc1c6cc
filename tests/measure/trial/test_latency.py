from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.trial import latency
from bench.measure.trial.latency import Latency, percentiles, recording_is_cheap

NANOSECONDS = st.integers(0, 10**13)


@given(st.lists(NANOSECONDS, min_size=1, max_size=300))
def test_percentiles_are_those_of_numpy(latencies: list[int]) -> None:
    found = percentiles(latencies)
    expected = np.percentile(np.array(latencies) * 1e-9, [50, 95, 99, 100])
    actual = [found.latency_p50_s, found.latency_p95_s, found.latency_p99_s, found.latency_max_s]
    assert actual == pytest.approx(list(expected), rel=1e-9)


@given(st.lists(NANOSECONDS, min_size=1, max_size=50))
def test_percentiles_increase_and_lie_within_the_latencies(latencies: list[int]) -> None:
    p50, p95, p99, most = (
        percentiles(latencies).__dict__[f"latency_{name}_s"] for name in ("p50", "p95", "p99", "max")
    )
    assert min(latencies) * 1e-9 <= p50 * (1 + 1e-12)
    assert p50 <= p95 * (1 + 1e-12) and p95 <= p99 * (1 + 1e-12) and p99 <= most * (1 + 1e-12)


@given(
    st.lists(NANOSECONDS, min_size=1, max_size=20).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some)))
)
def test_order_of_latencies_does_not_matter(two: tuple[list[int], list[int]]) -> None:
    assert percentiles(two[0]) == percentiles(two[1])


def test_list_of_latencies_is_not_modified() -> None:
    latencies = [3, 1, 2]
    percentiles(latencies)
    assert latencies == [3, 1, 2]


def test_percentiles_of_no_latencies_are_unknown() -> None:
    assert percentiles([]) == Latency(None, None, None, None)


@pytest.fixture
def slow_clock(monkeypatch: pytest.MonkeyPatch) -> int:
    """A clock whose readings take 50 ns each, so that recording an item, with two readings, takes 100 ns."""
    ticks = count(step=50)
    monkeypatch.setattr(latency, "perf_counter_ns", lambda: next(ticks))
    return 100


@pytest.mark.parametrize("items", [1, 10, 10_000])
def test_recording_is_cheap_if_it_costs_less_than_a_hundredth_of_a_pass(slow_clock: int, items: int) -> None:
    hundredfold = 100 * items * slow_clock
    assert recording_is_cheap(hundredfold * 2, items)
    assert not recording_is_cheap(hundredfold // 2, items)


def test_recording_is_not_cheap_in_a_pass_of_zero_duration(slow_clock: int) -> None:
    assert not recording_is_cheap(0, 1)
