"""Where a curve crosses a level, and how often the interval contains the true place."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.crossing import CurvePoint, rising_crossing
from bench.analysis.estimate import Estimate
from bench.analysis.overhead import log_estimate


def curve(*points: tuple[float, float, float, float]) -> list[CurvePoint]:
    return [CurvePoint(x, Estimate(point, low, high)) for x, point, low, high in points]


def exact(*points: tuple[float, float]) -> list[CurvePoint]:
    return [CurvePoint(x, Estimate(ratio, ratio, ratio)) for x, ratio in points]


def test_an_exact_curve_crosses_between_the_logarithms() -> None:
    crossing = rising_crossing(exact((10, 0.5), (1000, 2.0)), level=1)
    assert crossing.x is not None and crossing.x.interval is not None
    assert crossing.x.point == pytest.approx(100)
    assert crossing.x.interval == pytest.approx((100, 100))


def test_the_interval_is_where_the_band_contains_the_level() -> None:
    crossing = rising_crossing(curve((1, 0.5, 0.4, 0.6), (10, 1, 0.8, 1.25), (100, 2, 1.6, 2.5)), level=1)
    assert crossing.x is not None and crossing.x.interval is not None
    low, high = crossing.x.interval
    assert crossing.x.point == pytest.approx(10)
    assert low == pytest.approx(10 ** (math.log(1 / 0.6) / math.log(1.25 / 0.6)))
    assert high == pytest.approx(10 ** (1 + math.log(1 / 0.8) / math.log(1.6 / 0.8)))


def test_a_level_is_crossed_where_it_is_left_for_good() -> None:
    crossing = rising_crossing(exact((1, 0.5), (10, 1.2), (100, 0.9), (1000, 3)), level=1)
    assert crossing.x is not None and crossing.x.interval is not None
    assert 100 < crossing.x.point < 1000
    assert crossing.x.interval[0] < 10


def test_points_may_come_in_any_order() -> None:
    points = exact((1, 0.5), (10, 0.9), (100, 3))
    assert rising_crossing(points[::-1], level=1) == rising_crossing(points, level=1)


@pytest.mark.parametrize(
    ("points", "why_not"),
    [
        (exact((1, 0.5), (10, 0.9)), "the ratio stays below 1x"),
        (exact((1, 1.5), (10, 2)), "the ratio is above 1x from the first point on"),
        (curve((1, 0.5, 0.4, 0.6), (10, 1.1, 0.9, 1.3)), "the ratio is not surely above 1x at the last point"),
        (curve((1, 0.9, 0.8, 1.1), (10, 2, 1.9, 2.1)), "the ratio is not surely below 1x at the first point"),
        (exact((1, 0.5)), "there are too few measurements for intervals"),
        ([], "there are too few measurements for intervals"),
        ([CurvePoint(1, Estimate(0.5, None, None)), *exact((10, 2))], "there are too few measurements for intervals"),
    ],
)
def test_a_crossing_that_is_not_in_sight_has_a_reason(points: list[CurvePoint], why_not: str) -> None:
    crossing = rising_crossing(points, level=1)
    assert (crossing.x, crossing.why_not) == (None, why_not)


RATIOS = st.floats(0.01, 100)


@given(st.lists(st.tuples(RATIOS, st.floats(1, 3), st.floats(1, 3)), min_size=2, max_size=6), st.floats(0.5, 2))
def test_a_crossing_lies_in_its_interval_and_on_the_axis(
    ratios: list[tuple[float, float, float]], level: float
) -> None:
    points = curve(
        *((10.0**place, ratio, ratio / below, ratio * above) for place, (ratio, below, above) in enumerate(ratios))
    )
    crossing = rising_crossing(points, level)
    if crossing.x is None:
        assert crossing.why_not
        return
    assert crossing.x.interval is not None
    low, high = crossing.x.interval
    assert points[0].x * 0.999 <= low <= crossing.x.point <= high <= points[-1].x * 1.001


def test_intervals_contain_the_true_crossing_at_least_as_often_as_they_say() -> None:
    generator, contained, found = random.Random(1), 0, 0
    xs, level = [10.0, 30.0, 100.0, 300.0, 1000.0], 1.1
    true_x = 170.0
    for _ in range(400):
        points = []
        for x in xs:
            true_log = math.log(level) + 0.25 * math.log(x / true_x)
            logs = [generator.gauss(true_log, 0.05) for _ in range(5)]
            points.append(CurvePoint(x, log_estimate(np.exp(logs))))
        crossing = rising_crossing(points, level)
        if crossing.x is not None and crossing.x.interval is not None:
            found += 1
            contained += crossing.x.interval[0] <= true_x <= crossing.x.interval[1]
    assert found > 300
    assert contained / found > 0.93
