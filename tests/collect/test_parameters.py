import math
from enum import StrEnum
from typing import Any, ClassVar, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.collect.parameters import Parameter, choice, declared, parse_all, revive_all
from bench.errors import ParameterError, UnknownName, UsageError
from bench.schema import Value


class Journal(StrEnum):
    WAL = "wal"
    DELETE = "delete"
    MEMORY = "memory"


VALUES: dict[type, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(),
    Journal: st.sampled_from([word.value for word in Journal]),
}


class Base:
    pass


@given(st.sampled_from(list(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
def test_every_value_of_every_kind_round_trips_through_text(typed: tuple[type, Value]) -> None:
    kind, value = typed
    parsed = Parameter("p", kind, None).parse(str(value))
    assert parsed == value
    assert type(parsed) is type(value)


@given(st.sampled_from(list(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
def test_parsed_value_is_restored_as_an_object_of_the_declared_kind(typed: tuple[type, Value]) -> None:
    kind, value = typed
    assert type(Parameter("p", kind, None).revive(value)) is kind


@pytest.mark.parametrize(("kind", "text"), [(bool, "maybe"), (int, "ten"), (float, "1,5"), (Journal, "roll")])
def test_text_of_the_wrong_kind_is_reported_with_name_and_text(kind: type, text: str) -> None:
    with pytest.raises(UsageError, match=rf"rows.*'{text}'"):
        Parameter("rows", kind, None).parse(text)


@pytest.mark.parametrize(
    ("text", "number"), [("1e6", 1_000_000), ("2.5e1", 25), ("-3.0", -3), ("1_000", 1000), ("1e23", 10**23)]
)
def test_integer_may_be_written_with_an_exponent(text: str, number: int) -> None:
    assert Parameter("n", int, 0).parse(text) == number


@pytest.mark.parametrize("text", ["1.5", "1e-3", "inf", "nan", "0.99999999999999999999", "1e999", "", "ten", "0x10"])
def test_text_that_is_not_exactly_an_integer_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="is not a whole number"):
        Parameter("n", int, 0).parse(text)


@pytest.mark.parametrize("text", ["inf", "-inf", "nan", "1e999", "", "1,5"])
def test_number_must_be_finite(text: str) -> None:
    with pytest.raises(ParameterError, match="is not a number"):
        Parameter("delay", float, 0.0).parse(text)


@pytest.mark.parametrize(("text", "truth"), [("Yes", True), ("ON", True), ("1", True), ("no", False), ("Off", False)])
def test_boolean_accepts_any_usual_word_and_case(text: str, truth: bool) -> None:
    assert Parameter("keep", bool, False).parse(text) is truth


@pytest.mark.parametrize("kind", list(VALUES))
def test_optional_parameter_may_be_none(kind: type) -> None:
    assert Parameter("p", kind, None, optional=True).parse(str(None)) is None
    assert Parameter("p", kind, None, optional=True).revive(None) is None


def test_mistyped_choice_is_reported_with_all_choices_nearest_first() -> None:
    with pytest.raises(UnknownName) as caught:
        choice("journal", Journal, "wall")
    assert str(caught.value) == "unknown journal 'wall': did you mean wal? available: delete, memory, wal"


class Loud(StrEnum):
    WAL = "WAL"


@pytest.mark.parametrize(
    ("words", "typed", "value"), [(Journal, "Delete", "delete"), (Loud, "WAL", "WAL"), (Loud, "wal", "WAL")]
)
def test_choice_is_case_insensitive(words: type[StrEnum], typed: str, value: str) -> None:
    assert choice("journal", words, typed) is words(value)
    assert Parameter("journal", words, None).parse(typed) == value


class Sizes(Base):
    rows: int = 40
    think: float = 0
    label: str
    journal: Journal = Journal.WAL
    limit: int | None = None
    ratio: Optional[float] = 1.5  # noqa: UP045  # both ways of writing it are declared alike
    kept: ClassVar[int] = 3
    _hidden: int = 1
    plain = "no parameter"


class MoreSizes(Sizes):
    rows: int = 50
    extra: "bool" = True


def test_annotated_attributes_are_declared_in_order_of_definition() -> None:
    assert list(declared(Sizes, Base).values()) == [
        Parameter("rows", int, 40),
        Parameter("think", float, 0.0),
        Parameter("label", str, None, required=True),
        Parameter("journal", Journal, "wal"),
        Parameter("limit", int, None, optional=True),
        Parameter("ratio", float, 1.5, optional=True),
    ]


def test_defaults_are_plain_json_values() -> None:
    known = declared(Sizes, Base)
    assert type(known["journal"].default) is str
    assert type(known["think"].default) is float


def test_subclass_adds_parameters_and_changes_defaults() -> None:
    known = declared(MoreSizes, Base)
    assert list(known) == ["rows", "think", "label", "journal", "limit", "ratio", "extra"]
    assert known["rows"].default == 50


class Listed(Base):
    rows: list[int] = []  # noqa: RUF012  # what is refused


class Either(Base):
    rows: int | str = 1


@pytest.mark.parametrize("owner", [Listed, Either])
def test_unsupported_annotation_is_refused_with_a_remedy(owner: type) -> None:
    with pytest.raises(ParameterError, match=rf"{owner.__name__}\.rows.* is not a supported parameter type.* ClassVar"):
        declared(owner, Base)


class Mismatched(Base):
    rows: int = "many"  # type: ignore[assignment]  # what is refused


class Truthy(Base):
    rows: int = True


@pytest.mark.parametrize("owner", [Mismatched, Truthy])
def test_default_of_the_wrong_kind_is_refused(owner: type) -> None:
    with pytest.raises(ParameterError, match=rf"{owner.__name__}\.rows: the default .* is not of type int"):
        declared(owner, Base)


def test_parsing_all_parameters_fills_in_defaults() -> None:
    values = parse_all({"label": "a", "think": "1e-2"}, declared(Sizes, Base), "sizes")
    assert values == {"rows": 40, "think": 0.01, "label": "a", "journal": "wal", "limit": None, "ratio": 1.5}


def test_parameter_without_default_is_required() -> None:
    with pytest.raises(ParameterError, match="sizes needs a value for label: set label=VALUE"):
        parse_all({}, declared(Sizes, Base), "sizes")


def test_unknown_parameter_is_reported_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="parameter of sizes 'row': did you mean rows"):
        parse_all({"row": "1", "label": ""}, declared(Sizes, Base), "sizes")


def test_recorded_values_are_restored_by_name() -> None:
    known = declared(Sizes, Base)
    revived = revive_all(parse_all({"label": "x", "journal": "delete"}, known, "sizes"), known.values())
    assert revived["journal"] is Journal.DELETE
    assert math.isclose(float(str(revived["ratio"])), 1.5) and revived["limit"] is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@host/db",
        "postgresql+psycopg://user:se/cr#et@host:5432/db",
        "http://:secret@host",
        "postgresql://host/db?user=me&password=secret",
    ],
)
def test_password_in_a_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ParameterError, match=r"PGPASSWORD.*pgpass.*url=env:NAME") as refused:
        Parameter("url", str, "").parse(url)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://host:8080/path@x", "postgresql://user@host:5432/db", "http://host/?at=12:30", "a:b@c", ""]
)
def test_url_without_a_password_is_accepted(url: str) -> None:
    assert Parameter("url", str, "").parse(url) == url


def test_reference_to_a_variable_is_recorded_as_such_and_revived_as_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/db")
    parameter = Parameter("url", str, "")
    assert parameter.parse("env:DATABASE_URL") == "env:DATABASE_URL"
    assert parameter.revive("env:DATABASE_URL") == "postgresql://user:secret@host/db"


def test_reference_to_a_variable_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    parameter = Parameter("url", str, "")
    for use in (parameter.parse, parameter.revive):
        with pytest.raises(ParameterError, match="url=env:DATABASE_URL: the environment variable DATABASE_URL is not"):
            use("env:DATABASE_URL")
