import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.schema import Value, canonical_json
from tests.support.cases import case

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.dictionaries(st.text(), st.one_of(st.booleans(), st.integers(), NUMBERS, st.text(), st.none()))


@given(VALUES)
def test_values_read_back_from_their_json(values: dict[str, Value]) -> None:
    assert json.loads(canonical_json(values)) == values


@given(VALUES)
def test_equal_values_are_equal_text_whatever_their_order(values: dict[str, Value]) -> None:
    backwards = dict(reversed(values.items()))
    assert canonical_json(backwards) == canonical_json(values)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"delay": float("nan")})


def test_cases_that_differ_in_parameters_or_options_alone_are_two() -> None:
    assert len({case(params={"n": 1}), case(params={"n": 2}), case(options={"a": 1}), case(params={"n": 1})}) == 3


def test_a_case_is_told_in_one_line() -> None:
    forked = case(backend="multiprocessing", options={"start_method": "fork", "chunksize": 4}, workers=2)
    assert forked.label == "work multiprocessing:fork,chunksize=4 x2"
    assert case().label == "work sequential x1"
