"""What a backend costs beyond the work, and from which size of an item it is worth that.

The last is the minimum effective task granularity, METG(50 %), of Slaughter et al. 2020, "Task Bench: A Parameterized
Benchmark for Evaluating Parallel Runtime Performance" (SC20): the smallest item with which half of the time of the
cores is spent on the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bench.analysis.estimate import CONFIDENCE, Estimate
from bench.schema import MIN_ROUNDS

EFFICIENT = 0.5
NO_GAIN = 1.1  # times EFFICIENT: with two cores, one half is what a single one gives
FASTEST_COPY = 20e9  # bytes per second: more than a core copies within its memory

Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OverheadMeasurements:
    """The repetitions of one backend, a row of each array per repetition; seconds and bytes.

    `empty_s` and `payload_s` are the times of batches of `empty_items` and `payload_items`, the latter of
    `payload_bytes` each. `computing_s` has a column per size of item, and `baseline_s` the baseline's times for the
    same batches, of `computing_items`. `cores` is the number of cores that the backend can keep busy. The start of
    one more worker is in `worker_start_s`, its memory in `worker_private_bytes` and `worker_shared_bytes`: all are
    empty for the baseline.
    """

    backend: str
    options: str
    workers: int
    cores: int
    empty_items: int
    payload_items: int
    payload_bytes: int
    computing_items: Sequence[int]
    empty_s: Seconds
    payload_s: Seconds
    computing_s: Seconds
    baseline_s: Seconds
    worker_start_s: Seconds
    worker_private_bytes: Seconds
    worker_shared_bytes: Seconds


@dataclass(frozen=True)
class Efficiency:
    """The efficiency with items that take the baseline `item_s` seconds each."""

    item_s: float
    efficiency: Estimate


@dataclass(frozen=True)
class OverheadSummary:
    """What a backend costs: seconds per empty item, bytes sent per second, and seconds and bytes per worker.

    `sent_bytes_per_s` is None if the data is not copied: it takes no longer than empty items, or less than any copy.
    `efficient_from_s` is the smallest item that keeps half of the cores' time for the work; None if even
    `largest_item_s` does not, if it is smaller than all, which is `always_efficient`, or if that is not known: then it
    is `efficiency_unsure` whether the largest item does.
    """

    backend: str
    options: str
    workers: int
    repetitions: int
    item_s: Estimate
    sent_bytes_per_s: Estimate | None
    worker_start_s: Estimate | None
    worker_private_bytes: Estimate | None
    worker_shared_bytes: Estimate | None
    efficient_from_s: Estimate | None
    always_efficient: bool
    efficiency_unsure: bool
    largest_item_s: float
    efficiencies: tuple[Efficiency, ...]


def summarise_overhead(measured: OverheadMeasurements) -> OverheadSummary:
    """The costs of one backend, each with Student's 95 % interval over the repetitions."""
    item_s = measured.empty_s / measured.empty_items
    items = np.asarray(measured.computing_items, dtype=float)
    baseline_item_s = np.exp(np.log(measured.baseline_s / items).mean(axis=0))
    shares = measured.baseline_s / measured.computing_s / measured.cores
    efficiencies = tuple(
        Efficiency(float(seconds), log_estimate(column))
        for seconds, column in zip(baseline_item_s, shares.T, strict=True)
    )
    efficient_from, always = _efficient_from(measured.baseline_s / items, shares, efficiencies[-1].efficiency)
    return OverheadSummary(
        backend=measured.backend,
        options=measured.options,
        workers=measured.workers,
        repetitions=len(item_s),
        item_s=log_estimate(item_s),
        sent_bytes_per_s=_sent(measured, item_s),
        worker_start_s=estimate(measured.worker_start_s),
        worker_private_bytes=estimate(measured.worker_private_bytes),
        worker_shared_bytes=estimate(measured.worker_shared_bytes),
        efficient_from_s=efficient_from,
        always_efficient=always,
        efficiency_unsure=_is_unsure(efficiencies[-1].efficiency),
        largest_item_s=float(baseline_item_s[-1]),
        efficiencies=efficiencies,
    )


def estimate(values: Seconds) -> Estimate | None:
    """The mean, with an interval from 3 values on; None without any known value."""
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    mean = float(known.mean())
    if len(known) < MIN_ROUNDS:
        return Estimate(mean, None, None)
    half = special.stdtrit(len(known) - 1, (1 + CONFIDENCE) / 2) * known.std(ddof=1) / np.sqrt(len(known))
    return Estimate(mean, float(mean - half), float(mean + half))


def log_estimate(values: Seconds) -> Estimate:
    """The geometric mean of positive values, with the interval of their logarithms."""
    logs = estimate(np.log(values))
    assert logs is not None, "there are values"
    low, high = logs.interval or (None, None)
    ends = [None if end is None else float(np.exp(end)) for end in (low, high)]
    return Estimate(float(np.exp(logs.point)), *ends)


def _sent(measured: OverheadMeasurements, item_s: Seconds) -> Estimate | None:
    """Bytes per second that sending takes, from how much longer than empty items those with data take."""
    extra = estimate(measured.payload_s - item_s * measured.payload_items)
    if extra is None or extra.point <= 0 or (extra.low is not None and extra.low <= 0):
        return None
    count = measured.payload_bytes * measured.payload_items
    if count / extra.point > FASTEST_COPY:
        return None
    low, high = extra.interval or (None, None)
    return Estimate(count / extra.point, high and count / high, low and count / low)


def _efficient_from(item_s: Seconds, shares: Seconds, at_largest: Estimate) -> tuple[Estimate | None, bool]:
    """The smallest efficient item, and whether all are efficient.

    None if the efficiency of the largest item is not surely above one half.
    """
    if not _is_surely_efficient(at_largest):
        return None, False
    crossings = [crossing(sizes, share) for sizes, share in zip(item_s, shares, strict=True)]
    known = np.array([one for one in crossings if one is not None])
    return (log_estimate(known), False) if len(known) * 2 > len(crossings) else (None, True)


def _is_surely_efficient(efficiency: Estimate) -> bool:
    return (efficiency.point if efficiency.low is None else efficiency.low) > EFFICIENT


def _is_unsure(efficiency: Estimate) -> bool:
    """Whether it may be above or below one half, unless it is about one half, as if one of two cores did the work."""
    return not _is_surely_efficient(efficiency) and efficiency.point > EFFICIENT * NO_GAIN


def crossing(sizes: Seconds, shares: Seconds) -> float | None:
    """The size from which on the shares stay above one half, interpolated between logarithms; None if all are above.

    If the last share is not above one half, it is the last size.
    """
    below = np.flatnonzero(shares <= EFFICIENT)
    if not len(below):
        return None
    last = int(below[-1])
    if last == len(sizes) - 1:
        return float(sizes[-1])
    part = (EFFICIENT - shares[last]) / (shares[last + 1] - shares[last])
    return float(np.exp(np.log(sizes[last]) + part * (np.log(sizes[last + 1]) - np.log(sizes[last]))))
