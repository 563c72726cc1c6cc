"""claims.json keeps what was found, and nothing else is taken for it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.saved_claims import parse_claims
from bench.output.export.claims_json import saved_claims_text
from tests.support.claims import saved_claims

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_what_was_saved_is_read_as_it_was() -> None:
    saved = saved_claims()
    assert parse_claims(json.loads(saved_claims_text(saved))) == saved


@given(JSON)
def test_other_json_is_refused(facts: Any) -> None:
    with pytest.raises(ValueError, match="is not what `bench claims` writes"):
        parse_claims(facts)


@pytest.mark.parametrize("name", ["started_at", "pythons", "machine", "claims", "thresholds"])
def test_a_missing_part_is_named(name: str) -> None:
    facts = json.loads(saved_claims_text(saved_claims()))
    del facts[name]
    with pytest.raises(ValueError, match=name):
        parse_claims(facts)


@pytest.mark.parametrize("name", ["id", "claim", "verdict", "evidence", "why", "seconds"])
def test_a_missing_field_of_a_claim_is_named(name: str) -> None:
    facts = json.loads(saved_claims_text(saved_claims()))
    del facts["claims"][0][name]
    with pytest.raises(ValueError, match=name):
        parse_claims(facts)


def test_a_machine_is_the_same_if_processor_and_cores_are() -> None:
    saved = saved_claims()
    assert saved.is_of({"cpu_model": "Imaginary CPU @ 3.00GHz", "cores_usable": 2, "load_1min": 3})
    assert not saved.is_of({"cpu_model": "Imaginary CPU @ 3.00GHz", "cores_usable": 4})
    assert not saved.is_of({})


def test_the_place_names_machine_and_interpreters() -> None:
    assert saved_claims().place == "Imaginary CPU @ 3.00GHz, Linux 6.1, 2 usable cores, Python 3.11.7, Python 3.13.5t"
