"""Bars for speedups: their side, order, width, and the fallback for consoles without block characters."""

import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.output.terminal.speedup_bar import AXIS, NARROWEST, WIDEST, SpeedupBar, scale_for

SPEEDUPS = st.floats(1e-6, 1e6)
WIDTHS = st.integers(NARROWEST, WIDEST)


def filled(bar: str) -> int:
    return len(bar.replace(" ", ""))


@given(st.lists(SPEEDUPS, min_size=1, max_size=8), WIDTHS, st.booleans())
def test_every_bar_is_as_wide_as_its_column_with_the_axis_in_one_place(
    speedups: list[float], width: int, ascii_only: bool
) -> None:
    scale = scale_for(speedups, width)
    for speedup in speedups:
        drawn = SpeedupBar(speedup, scale).drawn(ascii_only)
        assert len(drawn) == width
        assert drawn[scale.left] == ("|" if ascii_only else AXIS)
        assert scale.axis.index("1x") == scale.left
        slower, faster = drawn[: scale.left].strip(), drawn[scale.left + 1 :].strip()
        assert not (slower if speedup >= 1 else faster)


@given(SPEEDUPS, SPEEDUPS, WIDTHS, st.booleans())
def test_a_higher_speedup_never_has_the_shorter_bar(one: float, other: float, width: int, ascii_only: bool) -> None:
    low, high = sorted((abs(math.log(one)), abs(math.log(other))))
    for sign in (-1, 1):
        scale = scale_for([math.exp(sign * low), math.exp(sign * high)], width)
        short, long = (SpeedupBar(math.exp(sign * log), scale).drawn(ascii_only) for log in (low, high))
        assert filled(short) <= filled(long)


def test_noise_around_the_baseline_has_hardly_any_bar() -> None:
    scale = scale_for([0.99, 1.01], WIDEST)
    assert [filled(SpeedupBar(speedup, scale).drawn(True)) for speedup in (0.99, 1.01)] == [1, 1]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_bar_uses_only_characters_of_the_consoles_encoding(encoding: str) -> None:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding), width=80)
    console.print(SpeedupBar(2.0, scale_for([2.0], WIDEST)))
    console.file.flush()
    text = raw.getvalue().decode(encoding)
    assert ("█" in text) == (encoding == "utf-8")
    assert ("=====" in text) == (encoding != "utf-8")
