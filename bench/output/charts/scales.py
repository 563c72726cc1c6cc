"""Axes, most of them logarithmic, whose ticks show plain numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from bench.output.wording import formatting

MOST_COUNTS = 7
MOST_TICKS = 7
LOWEST_DECIMAL = -3  # the power of two below which ticks are fractions
MOST_TIMES_BELOW = 6
LEAST_SHARE = 0.03  # of a time, on either side of it: closer ticks would not differ in 3 digits
LAST_TICK = 0.93  # of the axis
RATIO_STEPS: tuple[tuple[float, ...], ...] = (
    (1.05, 1.1), (1.1, 1.2, 1.3), (1.25, 1.5, 2), (1.5, 2, 4), (2, 4, 8), (4, 16, 64), (10, 100, 1000, 10000)
)  # fmt: skip
HIGHEST_POWER = 16  # of two, beyond which ticks are powers of ten
MARGIN = math.log(1.15)  # on either side of the counts
LABEL = 0.05  # of the axis: the least distance between the labels of two counts
MARKER = 0.026  # of the axis: the distance between two markers
FURTHEST = math.log(1.08)  # from the first marker of a count to the last: more would distort the curves
MOST_OF_A_GAP = 0.5  # between two counts: the share that the markers of one may take


def scale_workers(axes: Axes, counts: Sequence[int]) -> None:
    """From the baseline's 1 to the most workers measured; if there are many counts, ticks only at powers of two."""
    axes.set_xscale("log", base=2)
    shown = sorted({1, *counts})
    if len(shown) > MOST_COUNTS:
        shown = [count for count in shown if count & (count - 1) == 0] or shown[:: len(shown) // MOST_COUNTS]
    last = max(*counts, 2)
    near = LABEL * (2 * MARGIN + math.log(last))
    crowded = {count for count, after in pairwise(shown) if math.log(after / count) < near}
    _ticks(axes.xaxis, shown, ["" if count in crowded else str(count) for count in shown])
    axes.set_xlim(math.exp(-MARGIN), last * math.exp(MARGIN))


def beside(limits: tuple[float, float], counts: Sequence[int], number: int) -> list[float]:
    """Factors by which to offset `number` markers of the same count, so that they stand side by side around it.

    For a logarithmic axis with these limits; the offsets shrink if they would reach too far, or near the next count.
    """
    gaps = [math.log(after / before) for before, after in pairwise(sorted({1, *counts}))]
    wanted = MARKER * math.log(limits[1] / limits[0]) * (number - 1)
    room = min(wanted, FURTHEST, *(MOST_OF_A_GAP * gap for gap in gaps))
    step = room / max(1, number - 1)
    return [math.exp(step * (place - (number - 1) / 2)) for place in range(number)]


def scale_speedups(axes: Axes, values: Sequence[float]) -> None:
    """Powers of two around the values, at least from 0.5 to 2."""
    axes.set_yscale("log", base=2)
    low = math.floor(min(-1.0, *map(math.log2, values)))
    high = math.ceil(max(1.0, *map(math.log2, values)))
    step = math.ceil((high - low) / MOST_TICKS)
    powers = range(low - low % step, high + 1, step)
    name = _fraction if low < LOWEST_DECIMAL else _plain_ratio
    name = _power_of_ten if max(-low, high) > HIGHEST_POWER else name
    _ticks(axes.yaxis, [2.0**power for power in powers], [name(2.0**power) for power in powers])
    axes.set_ylim(2.0**low / 1.3, 2.0**high * 1.15)


def scale_seconds(axes: Axes, values: Sequence[float]) -> None:
    """Round times around the values, in seconds."""
    axes.set_yscale("log", base=10)
    low, high = min(values) / 1.5, max(values) * 1.5
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [digit * 10.0**decade for decade in decades for digit in (1, 2, 5)]
    shown = [tick for tick in ticks if low <= tick <= high]
    if len(shown) > MOST_TICKS:
        shown = [10.0**decade for decade in decades[:: math.ceil(len(decades) / MOST_TICKS)]]
    _ticks(axes.yaxis, shown, [plain_seconds(tick) for tick in shown])
    axes.set_ylim(low / 1.2, high)


def scale_ratios(axes: Axes, values: Sequence[float]) -> None:
    """Ratios to a typical value, on an axis symmetric around 1x that covers the values and at least 10 % each way."""
    axes.set_yscale("log", base=2)
    furthest = max(math.log(1.1), *(abs(math.log(value)) for value in values)) * 1.08
    steps = next((steps for steps in RATIO_STEPS if math.log(steps[-1]) >= furthest / 1.6), RATIO_STEPS[-1])
    ticks = [*(1 / step for step in reversed(steps)), 1.0, *steps]
    shown = [tick for tick in ticks if abs(math.log(tick)) <= furthest]
    _ticks(axes.yaxis, shown, [f"{tick:.2g}x" if tick < 1 else f"{tick:g}x" for tick in shown])
    axes.set_ylim(math.exp(-furthest), math.exp(furthest))


def scale_elapsed(axes: Axes, end_s: float) -> None:
    """From 0 to `end_s` seconds on the x axis; no tick so close to the end that its label would extend beyond it."""
    axes.set_xlim(0, end_s)
    ticks = [tick for tick in MaxNLocator(6).tick_values(0, end_s) if 0 <= tick <= LAST_TICK * end_s]
    _ticks(axes.xaxis, ticks, [plain_seconds(tick) for tick in ticks])


def scale_latencies(axes: Axes, values: Sequence[float]) -> None:
    """Round times around the values, in seconds, on the x axis; logarithmic if the values span a factor of 2."""
    if max(values) < 2 * min(values):
        room = max(0.06 * (max(values) - min(values)), LEAST_SHARE * max(values))
        low, high = min(values) - room, max(values) + room
        axes.set_xlim(low, high)
        last = low + LAST_TICK * (high - low)
        ticks = [
            float(tick) for tick in MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= tick <= last
        ]
        _ticks(axes.xaxis, ticks, [plain_seconds(tick) for tick in ticks])
        return
    axes.set_xscale("log", base=10)
    low, high = min(values) / 1.15, max(values) * 1.15
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits: Sequence[float] = (1, 2, 5) if high / low < 100 else (1,)
    if high / low < 4:
        digits = (1, 1.5, 2, 3, 4, 5, 6, 8)
    shown = [
        tick for decade in decades for tick in (digit * 10.0**decade for digit in digits) if low <= tick <= max(values)
    ]
    step = math.ceil(len(shown) / MOST_TIMES_BELOW)
    _ticks(axes.xaxis, shown[::step], [plain_seconds(tick) for tick in shown[::step]])
    axes.set_xlim(low, high)


def scale_item_seconds(axes: Axes, values: Sequence[float]) -> None:
    """Powers of ten around the values, in seconds, on the x axis."""
    axes.set_xscale("log", base=10)
    low, high = min(values) / 1.3, max(values) * 1.3
    decades = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    _ticks(axes.xaxis, [10.0**decade for decade in decades], [plain_seconds(10.0**decade) for decade in decades])
    axes.set_xlim(low, high)


def _ticks(axis: Axis, places: Sequence[float], names: Sequence[str]) -> None:
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FuncFormatter(lambda _, index: names[index or 0] if (index or 0) < len(names) else ""))
    axis.set_minor_locator(NullLocator())


def _plain_ratio(value: float) -> str:
    """`2x`, not `2.00x`: ticks are exact as long as they are short."""
    return f"{value:g}x" if value < 1e5 else formatting.times(value)


def _power_of_ten(value: float) -> str:
    return f"{value:.0e}x"


def _fraction(value: float) -> str:
    """`1/16x`, not `0.0625x`, for the powers of two below 1."""
    return f"1/{_plain_ratio(1 / value)}" if value < 1 else _plain_ratio(value)


def plain_seconds(value: float) -> str:
    """`20 ms`, not `20.0 ms`: ticks are exact; `0`."""
    if value <= 0:
        return "0"
    figure, unit = formatting.seconds(value).split(" ")
    return f"{float(figure):g} {unit}"
