"""A figure with its 95 % interval; free of pandas and numpy, because the live view uses it too."""

from collections.abc import Iterable
from dataclasses import dataclass

CONFIDENCE = 0.95
LARGEST_LOG = 700.0  # exp() of more than this is infinite
SAME_LOG = 1e-12  # log ratios that differ by less differ by rounding alone


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval from `low` to `high`; both are None with too few trials for an interval."""

    point: float
    low: float | None
    high: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends of the interval, if there is one."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def has_interval(self) -> bool:
        """Whether there were enough trials for an interval."""
        return self.interval is not None

    @property
    def highest(self) -> float:
        """The largest value that the interval allows; the point without an interval."""
        return self.high or self.point

    @property
    def relative_width(self) -> float | None:
        """The larger distance from the point to an end of the interval, over the point."""
        if self.interval is None:
            return None
        low, high = self.interval
        return max(high / self.point - 1, 1 - low / self.point)

    @property
    def contains_one(self) -> bool | None:
        """Whether the interval contains 1, so that a ratio may be no difference; None without an interval."""
        return None if self.interval is None else self.interval[0] <= 1 <= self.interval[1]

    def over(self, number: float) -> "Estimate":
        """The same estimate divided by an exact number."""
        low, high = self.interval or (None, None)
        return Estimate(
            self.point / number, None if low is None else low / number, None if high is None else high / number
        )


def point_of(estimate: Estimate | None) -> float | None:
    """The point of an estimate, None if it is unknown."""
    return None if estimate is None else estimate.point


def points(estimates: Iterable[Estimate | None]) -> list[float | None]:
    """The point of each estimate, None if it is unknown."""
    return [point_of(estimate) for estimate in estimates]


def lows(estimates: Iterable[Estimate | None]) -> list[float | None]:
    """The lower end of each interval, None if it is unknown."""
    return [None if estimate is None else estimate.low for estimate in estimates]


def highs(estimates: Iterable[Estimate | None]) -> list[float | None]:
    """The upper end of each interval, None if it is unknown."""
    return [None if estimate is None else estimate.high for estimate in estimates]
