"""How narrow an interval must be, and how many rounds that takes."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.stopping_rule import expected_rounds, is_narrow_enough, required_share
from bench.schema import MIN_ROUNDS_FOR_PRECISION

ROUNDS = st.integers(MIN_ROUNDS_FOR_PRECISION, 10_000)
WIDTHS = st.floats(1e-6, 10)
PRECISIONS = st.floats(1e-3, 2)


@given(ROUNDS)
def test_the_share_is_below_1_and_grows_with_the_rounds(rounds: int) -> None:
    assert 0 < required_share(rounds) < required_share(rounds + 1) < 1


@pytest.mark.parametrize(("rounds", "percent"), [(4, 20), (5, 31), (6, 44), (7, 60), (8, 79), (9, 83), (10, 85)])
def test_the_shares_that_the_methodology_names(rounds: int, percent: int) -> None:
    assert round(100 * required_share(rounds)) == percent


@given(WIDTHS, ROUNDS, PRECISIONS)
def test_whatever_is_narrow_enough_is_within_the_precision(width: float, rounds: int, precision: float) -> None:
    if is_narrow_enough(width, rounds, precision):
        assert width < precision
        assert is_narrow_enough(width, rounds + 1, precision)
        assert is_narrow_enough(width / 2, rounds, precision)


@given(WIDTHS, st.integers(1, MIN_ROUNDS_FOR_PRECISION - 1))
def test_nothing_is_narrow_enough_before_the_first_check(width: float, rounds: int) -> None:
    assert not is_narrow_enough(width, rounds, 1e9)


@given(WIDTHS, st.integers(3, 100), PRECISIONS)
def test_the_expected_rounds_are_the_first_that_would_end_the_case(width: float, rounds: int, precision: float) -> None:
    def ends(after: int) -> bool:
        return is_narrow_enough(width * math.sqrt(rounds / after), after, precision)

    needed = expected_rounds(width, rounds, precision)
    assert ends(needed) or width > 1e6 * precision
    assert needed == max(rounds, MIN_ROUNDS_FOR_PRECISION) or not ends(needed - 1)


@pytest.mark.parametrize("width", [1e300, math.inf])
def test_a_hopelessly_wide_interval_expects_a_finite_number_of_rounds(width: float) -> None:
    assert expected_rounds(width, 3, 0.1) > 1e12


def test_the_rule_does_not_load_pandas_or_numpy() -> None:
    code = "import sys, bench.analysis.stopping_rule; sys.exit(bool({'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
