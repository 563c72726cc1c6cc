import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.overhead import OverheadMeasurements, crossing, estimate, summarise_overhead

SIZES = np.array([1e-6 * 4**power for power in range(8)])
ITEMS = [1000, 1000, 1000, 500, 100, 50, 20, 8]


def measurements(cost_s: float, repetitions: int = 4, noise: float = 0.0, cores: int = 2) -> OverheadMeasurements:
    """A backend that shares the work among its cores and takes `cost_s` more per item, with deterministic noise."""
    wobble = np.exp(noise * np.sin(np.arange(repetitions)))[:, None]
    work = SIZES * ITEMS
    return OverheadMeasurements(
        backend="threading",
        options="{}",
        workers=cores,
        cores=cores,
        empty_items=1000,
        payload_items=10,
        payload_bytes=1_000_000,
        computing_items=ITEMS,
        empty_s=1000 * cost_s * wobble[:, 0],
        payload_s=10 * cost_s * wobble[:, 0] + 0.01,
        computing_s=(work + np.array(ITEMS) * cost_s) / cores * wobble,
        baseline_s=np.tile(work, (repetitions, 1)),
        worker_start_s=np.full(repetitions, 0.002),
        worker_private_bytes=np.full(repetitions, 1e6),
        worker_shared_bytes=np.full(repetitions, np.nan),
    )


@given(st.floats(2e-6, 4e-3))
def test_an_item_is_half_efficient_when_it_takes_as_long_as_its_overhead(cost_s: float) -> None:
    summary = summarise_overhead(measurements(cost_s))
    assert summary.efficient_from_s is not None
    assert summary.efficient_from_s.point == pytest.approx(cost_s, rel=0.12)  # the ladder is interpolated
    assert summary.item_s.point == pytest.approx(cost_s)


def test_a_backend_that_uses_one_of_two_cores_is_never_half_efficient() -> None:
    measured = measurements(1e-6)
    summary = summarise_overhead(replace(measured, computing_s=measured.computing_s * 2))
    assert summary.efficient_from_s is None
    assert not summary.always_efficient
    assert not summary.efficiency_unsure
    assert summary.largest_item_s == pytest.approx(SIZES[-1])


def test_an_efficiency_that_may_be_above_one_half_or_below_is_unsure() -> None:
    summary = summarise_overhead(measurements(1e-6, noise=0.9))
    assert summary.efficient_from_s is None
    assert summary.efficiency_unsure


def test_a_backend_without_overhead_is_always_efficient() -> None:
    summary = summarise_overhead(measurements(1e-12))
    assert summary.efficient_from_s is None
    assert summary.always_efficient


def test_bytes_per_second_leave_out_what_an_empty_item_takes() -> None:
    sent = summarise_overhead(measurements(1e-3)).sent_bytes_per_s
    assert sent is not None
    assert sent.point == pytest.approx(10 * 1_000_000 / 0.01)


@pytest.mark.parametrize("extra_s", [0.0, -0.001, 1e-6])
def test_data_that_takes_no_time_is_not_copied(extra_s: float) -> None:
    measured = measurements(1e-3)
    summary = summarise_overhead(replace(measured, payload_s=measured.payload_s - 0.01 + extra_s))
    assert summary.sent_bytes_per_s is None


def test_bytes_per_second_are_unknown_if_their_time_is_within_the_noise() -> None:
    measured = measurements(1e-3)
    noisy = 10 * 1e-3 + np.array([0.05, -0.04, 0.05, -0.03])
    assert summarise_overhead(replace(measured, payload_s=noisy)).sent_bytes_per_s is None


def test_unknown_memory_is_none() -> None:
    summary = summarise_overhead(measurements(1e-3))
    assert summary.worker_shared_bytes is None
    assert summary.worker_private_bytes is not None
    assert summary.worker_private_bytes.point == 1e6


def test_intervals_need_three_repetitions() -> None:
    assert not summarise_overhead(measurements(1e-3, repetitions=2)).item_s.has_interval
    summary = summarise_overhead(measurements(1e-3, repetitions=3, noise=0.1))
    assert summary.item_s.low is not None
    assert summary.item_s.high is not None
    assert summary.item_s.low < summary.item_s.point < summary.item_s.high


@given(st.lists(st.floats(0.01, 2.0), min_size=2, max_size=8))
def test_crossing_lies_where_the_shares_pass_one_half(shares: list[float]) -> None:
    sizes = SIZES[: len(shares)]
    found = crossing(sizes, np.array(shares))
    if found is None:
        assert min(shares) > 0.5
    else:
        assert sizes[0] <= found * (1 + 1e-9)
        assert found <= sizes[-1] * (1 + 1e-9)
        after = [share for size, share in zip(sizes, shares, strict=True) if size > found * (1 + 1e-9)]
        assert all(share > 0.5 for share in after)


def test_estimate_ignores_unknown_values() -> None:
    found = estimate(np.array([1.0, math.nan, 3.0]))
    assert found is not None
    assert found.point == 2.0
    assert estimate(np.array([math.nan])) is None
