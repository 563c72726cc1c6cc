import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.samples import Gil, Status
from bench.trial.messages import Failed, GoOn, Measured, Message, Ready, Request, Stopped, decode, encode

SECONDS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(0)
TEXT = st.text(st.characters())  # lone surrogates too: a path may hold bytes that are no text
VALUES = st.dictionaries(st.text(), st.one_of(st.booleans(), st.integers(), SECONDS, TEXT, st.none()))


def maybe(known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | known


KINDS: dict[type, st.SearchStrategy[Message]] = {
    Request: st.builds(Request, TEXT, TEXT, VALUES, TEXT, VALUES, WHOLE, WHOLE, WHOLE),
    Ready: st.builds(Ready, SECONDS, st.sampled_from(Gil), maybe(TEXT)),
    Measured: st.builds(
        Measured,
        WHOLE,
        WHOLE,
        TEXT,
        SECONDS,
        *[maybe(SECONDS)] * 3,
        *[maybe(WHOLE)] * 3,
        *[maybe(SECONDS)] * 4,
    ),
    GoOn: st.builds(GoOn),
    Failed: st.builds(Failed, st.sampled_from(Status), TEXT),
    Stopped: st.builds(Stopped, SECONDS),
}


@given(st.one_of(*KINDS.values()))
def test_every_message_reads_back_the_same(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.one_of(*KINDS.values()))
def test_every_message_is_one_line_of_json(message: Message) -> None:
    line = encode(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert json.loads(line)["kind"] == type(message).__name__


@given(KINDS[Ready])
def test_gil_becomes_a_member_of_its_enum_again(message: Message) -> None:
    read = decode(encode(message))
    assert isinstance(read, Ready) and isinstance(read.gil, Gil)


@given(KINDS[Failed])
def test_status_becomes_a_member_of_its_enum_again(message: Message) -> None:
    read = decode(encode(message))
    assert isinstance(read, Failed) and isinstance(read.status, Status)


def test_parameters_named_like_a_messages_fields_stay_what_they_are() -> None:
    params = {"status": "ready", "gil": "maybe", "kind": "Ready"}
    request = Request("/w/work.py", "work", params, "threads", {"kind": "x"}, workers=2, warmups=1, values=1)
    assert decode(encode(request)) == request


@pytest.mark.parametrize("line", [b'{"kind": "Hello"}', b'{"startup_s": 1}'])
def test_a_message_of_no_known_kind_is_not_taken_for_another(line: bytes) -> None:
    with pytest.raises(KeyError):
        decode(line)
