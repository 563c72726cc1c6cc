"""How long each item of a pass took, if recording it does not disturb the pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter_ns

MAX_COST = 0.01  # share of a pass that recording may take
_PROBES = 1000


@dataclass(frozen=True)
class Latency:
    """How long the items of one pass took, in seconds; None if not recorded."""

    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    latency_p99_s: float | None = None
    latency_max_s: float | None = None


def recording_is_cheap(pass_ns: int, items: int) -> bool:
    """Whether recording the latency of every item would take less than 1 % of a pass of this length."""
    return items * _cost_per_item_ns() < MAX_COST * pass_ns


def _cost_per_item_ns() -> float:
    recorded: list[tuple[int, int]] = []
    started = perf_counter_ns()
    for _ in range(_PROBES):
        began = perf_counter_ns()
        recorded.append((began, perf_counter_ns()))
    return (perf_counter_ns() - started) / _PROBES


def percentiles(latencies: Sequence[int]) -> Latency:
    """Percentiles of latencies in nanoseconds, by linear interpolation (type 7 of Hyndman & Fan 1996)."""
    if not latencies:
        return Latency()
    ordered = sorted(latencies)
    p50, p95, p99 = (_quantile(ordered, share) * 1e-9 for share in (0.50, 0.95, 0.99))
    return Latency(p50, p95, p99, ordered[-1] * 1e-9)


def _quantile(ordered: Sequence[int], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
