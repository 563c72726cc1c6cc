import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.trial.protocol import (
    Channel,
    Continue,
    Failed,
    Finished,
    Measured,
    Message,
    Ready,
    Request,
    Stage,
    Stop,
    Stopped,
    WarmedUp,
    decode,
    encode,
)
from bench.schema import Gil, Status

SECONDS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(0)
TEXT = st.text(st.characters())  # lone surrogates too: a path may hold bytes that are not valid text
VALUES = st.dictionaries(st.text(), st.one_of(st.booleans(), st.integers(), SECONDS, TEXT, st.none()))


def maybe(known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | known


KINDS: dict[type, st.SearchStrategy[Message]] = {
    Request: st.builds(Request, TEXT, TEXT, VALUES, TEXT, VALUES, WHOLE, WHOLE, st.booleans()),
    Ready: st.builds(Ready, SECONDS, st.sampled_from(Gil), maybe(TEXT)),
    Measured: st.builds(
        Measured,
        WHOLE,
        TEXT,
        SECONDS,
        *[maybe(SECONDS)] * 3,
        *[maybe(WHOLE)] * 3,
        *[maybe(SECONDS)] * 4,
    ),
    WarmedUp: st.builds(WarmedUp, maybe(SECONDS)),
    Continue: st.builds(Continue),
    Stop: st.builds(Stop),
    Failed: st.builds(Failed, st.sampled_from(Status), TEXT),
    Stopped: st.builds(Stopped, SECONDS),
    Stage: st.builds(Stage, TEXT),
}


@given(st.one_of(*KINDS.values()))
def test_every_message_round_trips(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.one_of(*KINDS.values()))
def test_every_message_is_one_line_of_json(message: Message) -> None:
    line = encode(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert json.loads(line)["kind"] == type(message).__name__


@given(KINDS[Ready])
def test_gil_is_decoded_as_an_enum_member(message: Message) -> None:
    read = decode(encode(message))
    assert isinstance(read, Ready) and isinstance(read.gil, Gil)


@given(KINDS[Failed])
def test_status_is_decoded_as_an_enum_member(message: Message) -> None:
    read = decode(encode(message))
    assert isinstance(read, Failed) and isinstance(read.status, Status)


def test_parameters_named_like_message_fields_are_unchanged() -> None:
    params = {"status": "ready", "gil": "maybe", "kind": "Ready"}
    request = Request("/w/work.py", "work", params, "threads", {"kind": "x"}, workers=2, warmups=1)
    assert decode(encode(request)) == request


@pytest.mark.parametrize("line", [b'{"kind": "Hello"}', b'{"startup_s": 1}'])
def test_message_of_unknown_kind_is_refused(line: bytes) -> None:
    with pytest.raises(KeyError):
        decode(line)


def test_channel_has_no_message_after_the_launcher_has_gone() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(theirs.detach())
    ours.close()
    assert channel.receive() is None
    channel._socket.close()


def test_nothing_is_sent_to_a_file_that_reuses_the_channel_descriptor(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    number = theirs.detach()
    channel = Channel(number)
    assert not channel.was_closed()
    precious = tmp_path / "precious"
    with ours, precious.open("wb") as file:
        os.dup2(file.fileno(), number)
        assert channel.was_closed()
        with pytest.raises(OSError, match="the channel was closed"):
            channel.send(Finished())
        assert ours.recv(100) == b""
    os.close(number)
    assert precious.read_bytes() == b""
    channel._socket.detach()


def test_forked_copy_sends_nothing_and_exits() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(theirs.detach())
    child = os.fork()
    if child == 0:
        channel.send(Finished())
        os._exit(0)  # never reached
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    channel._socket.close()
    with ours:
        assert ours.recv(100) == b""
