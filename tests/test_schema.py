import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.schema import Value, canonical_json
from tests.support.cases import case

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.dictionaries(st.text(), st.one_of(st.booleans(), st.integers(), NUMBERS, st.text(), st.none()))


@given(VALUES)
def test_values_round_trip_through_json(values: dict[str, Value]) -> None:
    assert json.loads(canonical_json(values)) == values


@given(VALUES)
def test_equal_values_give_equal_text_in_any_order(values: dict[str, Value]) -> None:
    backwards = dict(reversed(values.items()))
    assert canonical_json(backwards) == canonical_json(values)


def test_non_finite_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"delay": float("nan")})


def test_cases_that_differ_only_in_parameters_or_options_are_distinct() -> None:
    assert len({case(params={"n": 1}), case(params={"n": 2}), case(options={"a": 1}), case(params={"n": 1})}) == 3


def test_label_of_a_case_is_one_line() -> None:
    forked = case(backend="multiprocessing", options={"start_method": "fork", "chunksize": 4}, workers=2)
    assert forked.label == "work multiprocessing:fork,chunksize=4 x2"
    assert case().label == "work sequential x1"
