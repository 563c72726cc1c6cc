import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bench.servers.server_process import HOST
from tests.support.bundled import bundled, work_through

Address = tuple[str, int]
Talk = Callable[[Any, Address], bytes]


def blocking(echo: Any, address: Address) -> bytes:
    received: bytes = echo.work(0, address)
    return received


def coroutine(echo: Any, address: Address) -> bytes:
    received: bytes = asyncio.run(echo.work_async(0, address))
    return received


@pytest.fixture(params=[blocking, coroutine])
def talk(request: pytest.FixtureRequest) -> Talk:
    found: Talk = request.param
    return found


@contextmanager
def server(answer: bytes) -> Iterator[Address]:
    """A server that gives one answer to one client, whatever it says."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield HOST, listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("size", ["0", "1", "3", "5", "100000"])
def test_every_client_gets_its_own_bytes(size: str) -> None:
    echo = bundled("tcp-echo", clients="5", delay="0", stagger="0", bytes=size)
    items, results, _ = work_through(echo)
    assert {len(received) for received in results} == {int(size)}
    assert echo.compute_metrics(items, results, 0.5) == {"clients": 10.0, "echoed": 10.0 * int(size)}


def test_the_bytes_of_another_client_are_wrong() -> None:
    echo = bundled("tcp-echo", clients="5", delay="0", stagger="0")
    items, results, env = work_through(echo)
    with pytest.raises(AssertionError, match=r"^client 0 sent 1024 bytes and got 1024 back, which are not the same$"):
        echo.check(items, results[::-1], env)
    with pytest.raises(AssertionError, match=r"^client 4 sent 1024 bytes and got 1023 back"):
        echo.check(items, [*results[:-1], results[-1][:-1]], env)


def test_clients_of_a_group_connect_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    work_through(bundled("tcp-echo", clients="7", delay="0", stagger="0.1", bytes="2"))
    assert slept == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.1])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "the server hung up after 0 of 4 bytes"),
        (b"\0\0", "the server hung up after 2 of 4 bytes"),
        (b"\0\0\0\x09half", "the server hung up after 4 of 9 bytes"),
    ],
)
def test_a_server_that_hangs_up_is_named_alike(talk: Talk, answer: bytes, words: str) -> None:
    with server(answer) as address, pytest.raises(ConnectionError, match=f"^{words}$"):
        talk(bundled("tcp-echo"), address)


def test_a_wrong_answer_is_wrong(talk: Talk) -> None:
    echo = bundled("tcp-echo", clients="1")
    with server(b"\0\0\0\x09something") as address:
        received = talk(echo, address)
    with pytest.raises(AssertionError, match=r"^client 0 sent 1024 bytes and got 9 back"):
        echo.check([0], [received], address)


def test_a_closed_port_is_refused(talk: Talk) -> None:
    with socket.socket() as unused:
        unused.bind((HOST, 0))
        with pytest.raises(ConnectionRefusedError):
            talk(bundled("tcp-echo"), unused.getsockname())


def test_hundreds_of_clients_at_once() -> None:
    echo = bundled("tcp-echo", clients="400", delay="0.05", stagger="0")

    async def all_at_once(address: Address) -> list[bytes]:
        received: list[bytes] = await asyncio.gather(*(echo.work_async(item, address) for item in echo.items()))
        return received

    with echo.setup() as address:
        echo.check(list(echo.items()), asyncio.run(all_at_once(address)), address)
