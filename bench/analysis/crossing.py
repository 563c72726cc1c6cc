"""Where a measured curve crosses a level, with an interval.

The curve is known at some points of an axis, at each with a 95 % interval. Between them, the points and both ends of
the intervals are interpolated linearly between the logarithms. Where the level is inside of this band, the curve may
cross it there: that is the interval, as in Fieller's method, whose coverage is at least that of the intervals if the
curve itself is as good as straight between the points.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.estimate import Estimate
from bench.analysis.evidence import Unit


@dataclass(frozen=True)
class CurvePoint:
    """A point of the curve: `x` above 0, and the ratio measured there."""

    x: float
    ratio: Estimate


@dataclass(frozen=True)
class Crossing:
    """Where the curve rises above the level; None if that is not known, and then `why_not` says why."""

    x: Estimate | None
    why_not: str = ""


class ThresholdName(StrEnum):
    """What the thresholds of the decision flowchart are about."""

    WAITS = "waits at once"
    ITEM = "time of an item"
    ITEM_COLD = "time of an item, with the start of the pool"


@dataclass(frozen=True)
class Threshold:
    """A curve that was measured, and where it rises above a level; `unit` is that of its axis.

    `conditions` say what was measured, in one line.
    """

    name: ThresholdName
    unit: Unit
    level: float
    points: tuple[CurvePoint, ...]
    crossing: Crossing
    conditions: str


def rising_crossing(points: Sequence[CurvePoint], level: float) -> Crossing:
    """Where the curve rises above a level for good, in the order of x; points without an interval are left out."""
    ordered = sorted((point for point in points if point.ratio.has_interval), key=lambda point: point.x)
    bands = [point.ratio.interval for point in ordered]
    if len(ordered) < 2:
        return Crossing(None, "there are too few measurements for intervals")
    xs = [math.log(point.x) for point in ordered]
    lows, highs = ([math.log(band[end]) - math.log(level) for band in bands if band] for end in (0, 1))
    if highs[-1] < 0:
        return Crossing(None, f"the ratio stays below {level:g}x")
    if lows[0] > 0:
        return Crossing(None, f"the ratio is above {level:g}x from the first point on")
    if lows[-1] <= 0:
        return Crossing(None, f"the ratio is not surely above {level:g}x at the last point")
    if highs[0] >= 0:
        return Crossing(None, f"the ratio is not surely below {level:g}x at the first point")
    means = [math.log(point.ratio.point) - math.log(level) for point in ordered]
    low, high = _first_rise(xs, highs), _last_rise(xs, lows)
    point = min(max(_last_rise(xs, means), low), high)
    return Crossing(Estimate(math.exp(point), math.exp(low), math.exp(high)))


def _first_rise(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Where a curve that begins below 0 reaches 0 for the first time."""
    after = next(place for place, y in enumerate(ys) if y >= 0)
    return _zero(xs[after - 1 : after + 1], ys[after - 1 : after + 1])


def _last_rise(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Where a curve that ends above 0 leaves 0 for the last time."""
    before = max((place for place, y in enumerate(ys) if y <= 0), default=None)
    return xs[0] if before is None else _zero(xs[before : before + 2], ys[before : before + 2])


def _zero(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Where the line through two points is 0."""
    return xs[0] - ys[0] * (xs[1] - xs[0]) / (ys[1] - ys[0])
