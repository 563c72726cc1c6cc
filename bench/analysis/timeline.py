"""A traced pass per case: the lane of each worker, and how long the items took."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

from bench.analysis.trials import CaseId
from bench.schema import CASE_COLUMNS, Activity, Span


@dataclass(frozen=True)
class TimelineLane:
    """One worker: when it was ready (None if unknown), and when its items started and ended, in seconds."""

    ready_s: float | None
    items: Sequence[tuple[float, float]]

    @property
    def mean_s(self) -> float | None:
        """The mean time of its items; None if it had none."""
        return _mean_s(self.items)


@dataclass(frozen=True)
class TracedCase:
    """A case with its lanes in order; times are seconds since the pool began to start."""

    case: CaseId
    lanes: Sequence[TimelineLane]

    @property
    def items(self) -> list[tuple[float, float]]:
        """Start and end of all items, in the order started."""
        return sorted(item for lane in self.lanes for item in lane.items)

    @property
    def durations_s(self) -> list[float]:
        """The time of each item, shortest first."""
        return sorted(ended - began for began, ended in self.items)

    @property
    def mean_s(self) -> float | None:
        """The mean time of all items; None if there are none."""
        return _mean_s(self.items)

    @property
    def ready_s(self) -> float | None:
        """When the last worker was ready; None if unknown."""
        known = [lane.ready_s for lane in self.lanes if lane.ready_s is not None]
        return max(known, default=None)

    @property
    def end_s(self) -> float:
        """When the last recorded activity ended."""
        return max((end for lane in self.lanes for _, end in [*lane.items, (0.0, lane.ready_s or 0.0)]), default=0.0)

    @property
    def at_once(self) -> int:
        """The largest number of items in progress at the same time."""
        steps = sorted([(began, 1) for began, _ in self.items] + [(ended, -1) for _, ended in self.items])
        running = peak = 0
        for _, step in steps:
            running += step
            peak = max(peak, running)
        return peak


def traced_cases(spans: Iterable[Span]) -> list[TracedCase]:
    """The cases of a trace, in the order traced."""
    by_case: dict[CaseId, dict[int, list[Span]]] = {}
    for span in spans:
        case = CaseId(**{name: value for name, value in asdict(span).items() if name in CASE_COLUMNS})
        by_case.setdefault(case, {}).setdefault(span.lane, []).append(span)
    return [TracedCase(case, [_lane(lanes[number]) for number in sorted(lanes)]) for case, lanes in by_case.items()]


def _mean_s(items: Sequence[tuple[float, float]]) -> float | None:
    return fmean(ended - began for began, ended in items) if items else None


def _lane(spans: Sequence[Span]) -> TimelineLane:
    ready = [span.ended_s for span in spans if span.activity == Activity.START]
    items = sorted((span.began_s, span.ended_s) for span in spans if span.activity == Activity.ITEM)
    return TimelineLane(max(ready, default=None), items)
