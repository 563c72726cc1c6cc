"""Numbers, times, sizes and text from files, formatted for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.estimate import Estimate
from bench.output.wording import formatting


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (1.0, "1.00 s"),
        (12.345, "12.3 s"),
        (123.4, "123 s"),
        (1234.5, "1234 s"),
        (0.9996, "1.00 s"),
        (0.9994, "999 ms"),
        (0.0123, "12.3 ms"),
        (5e-5, "50.0 µs"),
        (4e-8, "40.0 ns"),
        (0.0, "0.00 ns"),
    ],
)
def test_a_time_has_three_digits_and_a_unit_that_fits(value: float | None, text: str) -> None:
    assert formatting.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (1.0, "1.00x"),
        (1.726, "1.73x"),
        (0.912, "0.91x"),
        (9.996, "10.0x"),
        (25.31, "25.3x"),
        (0.0123, "0.012x"),
    ],
)
def test_a_ratio_is_rounded_to_its_significant_digits(value: float | None, text: str) -> None:
    assert formatting.times(value) == text


@given(st.floats(min_value=1e-9, max_value=1e6))
def test_a_time_reads_back_within_half_a_percent(value: float) -> None:
    figure, unit = formatting.seconds(value).split(" ")
    scale = {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]
    assert float(figure) * scale == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    ("share", "text"), [(None, "-"), (1.0, "100 %"), (0.434, "43 %"), (0.004, "0.4 %"), (1.05, "105 %")]
)
def test_a_share_is_a_percentage(share: float | None, text: str) -> None:
    assert formatting.percent(share) == text


@given(st.text())
def test_cleaned_text_is_printable(text: str) -> None:
    assert formatting.clean(text).isprintable()


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_printable_text_is_unchanged(text: str) -> None:
    assert formatting.clean(text) == text


def test_lists_are_joined_with_and() -> None:
    joined = [
        formatting.listed([]),
        formatting.listed(["a"]),
        formatting.listed(["a", "b"]),
        formatting.listed(["a", "b", "c"]),
    ]
    assert joined == ["", "a", "a and b", "a, b and c"]


def test_parameters_are_written_as_on_the_command_line() -> None:
    assert (
        formatting.settings('{"count": 10, "delay": 0.5, "fast": true, "name": "x"}')
        == "count=10, delay=0.5, fast=true, name=x"
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.5, 0.4874, 1.0201, "500 ms [487, 1020]"),
        (1.0, 0.0123, 90.12, "1.00 s [0.0123, 90.1]"),
        (0.9996, 0.98, 1.02, "1.00 s [0.980, 1.02]"),
        (0.5, None, None, "500 ms"),
        (None, None, None, "-"),
    ],
)
def test_a_time_and_its_interval_share_a_unit(
    value: float | None, low: float | None, high: float | None, text: str
) -> None:
    assert formatting.estimated_seconds(None if value is None else Estimate(value, low, high)) == text


@pytest.mark.parametrize(
    ("share", "low", "high", "text"),
    [
        (0.43, 0.401, 0.47, "43 % [40, 47]"),
        (1.0, 1.0, 1.0, "100 % [100, 100]"),
        (0.0312, 0.0305, 0.1, "3.1 % [3.0, 10.0]"),
        (0.43, None, None, "43 %"),
        (None, None, None, "-"),
    ],
)
def test_a_share_and_its_interval_have_equally_many_decimals(
    share: float | None, low: float | None, high: float | None, text: str
) -> None:
    assert formatting.estimated_percent(None if share is None else Estimate(share, low, high)) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (48_230, "48.2 kB"),
        (5_000_000, "5.00 MB"),
        (7 * 10**12, "7000 GB"),
    ],
)
def test_a_size_has_a_unit_that_fits(count: int, text: str) -> None:
    assert formatting.size(count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.2, "0 s"),
        (44.6, "45 s"),
        (59.7, "1 min"),
        (117, "2 min"),
        (201, "3 min 20 s"),
        (3600, "1 h"),
        (3899, "1 h 5 min"),
    ],
)
def test_a_waiting_time_is_rounded(value: float, text: str) -> None:
    assert formatting.duration(value) == text
