"""Numbers, times, sizes and text from files, formatted for people."""

import json
import math
from collections.abc import Sequence
from typing import Protocol

from bench.analysis.estimate import Estimate, point_of

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
SIZES = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"), (1, "B"))
UNKNOWN = "-"


def clean(text: str) -> str:
    """Text from a file with control characters escaped, so that a terminal shows them instead of obeying them."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def seconds(value: float | None) -> str:
    """A time with 3 significant digits in the unit that fits: `12.3 ms`."""
    if value is None:
        return UNKNOWN
    rounded = float(f"{value:.3g}")
    scale, unit = next(((scale, unit) for scale, unit in UNITS if rounded >= scale), UNITS[-1])
    return f"{_three_digits(value / scale)} {unit}"


def duration(value: float) -> str:
    """A waiting time, rounded the way people say it: `40 s`, `3 min 20 s`, `1 h 5 min`."""
    whole = round(value) if value < 60 else round(value / 10) * 10
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def estimated_seconds(estimate: Estimate | None) -> str:
    """A time with its interval in the same unit: `500 ms [487, 1020]`."""
    if estimate is None or estimate.interval is None:
        return seconds(point_of(estimate))
    low, high = estimate.interval
    text = seconds(estimate.point)
    scale = next(scale for scale, unit in UNITS if text.endswith(f" {unit}"))
    return f"{text} [{_three_digits(low / scale)}, {_three_digits(high / scale)}]"


def times(value: float | None) -> str:
    """A ratio with 3 significant digits, at most two decimals: `1.72x`."""
    return UNKNOWN if value is None else f"{_ratio(value)}x"


def estimated_times(estimate: Estimate | None) -> str:
    """A ratio with its interval: `1.72x [1.61, 1.84]`."""
    if estimate is None or estimate.interval is None:
        return times(point_of(estimate))
    return f"{times(estimate.point)} {interval(*estimate.interval)}"


def interval(low: float, high: float) -> str:
    """An interval of ratios: `[1.61, 1.84]`."""
    return f"[{_ratio(low)}, {_ratio(high)}]"


def percent(share: float | None) -> str:
    """A share of one: `43 %`."""
    return UNKNOWN if share is None else f"{share * 100:.0f} %" if share >= 0.01 else f"{share * 100:.1f} %"


def estimated_percent(estimate: Estimate | None) -> str:
    """A share of one with its interval: `43 % [40, 47]`; one decimal if it is small."""
    if estimate is None or estimate.interval is None:
        return percent(point_of(estimate))
    share, (low, high) = estimate.point, estimate.interval
    decimals = 0 if share >= 0.1 else 1
    return f"{share * 100:.{decimals}f} % [{low * 100:.{decimals}f}, {high * 100:.{decimals}f}]"


def size(count: int) -> str:
    """Bytes with 3 significant digits in a decimal unit that fits: `48.2 kB`."""
    scale, unit = next(((scale, unit) for scale, unit in SIZES if count >= scale), SIZES[-1])
    return f"{_three_digits(count / scale)} {unit}" if scale > 1 else f"{count} {unit}"


def counted(number: int, thing: str) -> str:
    """`1 round`, `3 rounds`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def left_out(names: Sequence[str]) -> str:
    """A line that says which cases there is no time for."""
    return f"left out to stay within the time limit: {', '.join(map(clean, names))}"


def settings(text: str) -> str:
    """Parameters or options in JSON, written as `count=1000, delay=0.02`."""
    return ", ".join(f"{clean(name)}={setting(value)}" for name, value in json.loads(text).items())


def setting(value: object) -> str:
    """The value of one parameter or option."""
    return clean(value if isinstance(value, str) else json.dumps(value))


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 999.5 else f"{value:#.3g}".rstrip(".")


def _ratio(value: float) -> str:
    if value < 0.1:
        return f"{value:#.2g}"
    decimals = max(0, 2 - max(0, math.floor(math.log10(float(f"{value:.3g}")))))
    return f"{value:.{decimals}f}" if value < 1e6 else f"{value:.2g}"


class HasSpeedup(Protocol):
    """A case with a speedup: a summary, or an estimate made during the run."""

    @property
    def is_baseline(self) -> bool: ...
    @property
    def speedup(self) -> Estimate | None: ...
    @property
    def deterministic(self) -> bool: ...


def speedup_words(case: HasSpeedup) -> str:
    """A speedup with its uncertainty: `1.72x [1.61, 1.84]`, `1.00x baseline`, `2.00x deterministic`."""
    if case.is_baseline and case.speedup and not case.speedup.has_interval:
        return f"{times(case.speedup.point)} baseline"
    if case.deterministic and case.speedup:
        return f"{times(case.speedup.point)} deterministic"
    return estimated_times(case.speedup)
