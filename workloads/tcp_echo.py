"""Clients of a TCP server that answers after a while; some start late, and some read slowly."""

import asyncio
import hashlib
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, ClassVar

from bench import Workload
from bench.servers.connection_limits import exhausted
from bench.servers.echo_server import LENGTH_BYTES, echo_server
from bench.servers.server_process import raise_open_files_limit

GROUP = 5  # clients that connect one after the other
SLOW_EVERY = 4  # clients
PIECES = 4  # that a slow reader takes its answer in
READ_WAIT_S = 0.001  # before each of them

Address = tuple[str, int]
Message = bytes  # a name for the class, where `bytes` is a parameter


class TcpEcho(Workload):
    """Send bytes to a TCP server and read them back, a connection per client."""

    bound = "io"
    tags = ("network", "tutorial")
    optional = True
    metrics: ClassVar = {"clients": "1/s", "echoed": "B/s"}
    clients: int = 24
    delay: float = 0.003  # seconds until the server answers
    stagger: float = 0.0005  # seconds between two clients of a group of five, the first of which connects at once
    bytes: int = 1024  # per client

    @contextmanager
    def setup(self) -> Iterator[Address]:
        raise_open_files_limit()
        with echo_server(self.delay) as address:
            yield address

    def items(self) -> range:
        return range(self.clients)

    def work(self, item: int, client: Address) -> Message:
        if late := item % GROUP:
            time.sleep(late * self.stagger)
        with (
            _explained(),
            closing(socket.create_connection(client)) as connection,
            connection.makefile("rb") as answer,
        ):
            connection.sendall(self._message(item))
            length = int.from_bytes(_read(answer, LENGTH_BYTES), "big")
            received = b""
            for size in _sizes(item, length):
                if size < length:
                    time.sleep(READ_WAIT_S)
                received += _read(answer, size)
            return received

    async def work_async(self, item: int, client: Address) -> Message:
        if late := item % GROUP:
            await asyncio.sleep(late * self.stagger)
        with _explained():
            reader, writer = await asyncio.open_connection(*client)
            try:
                writer.write(self._message(item))
                length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
                received = b""
                for size in _sizes(item, length):
                    if size < length:
                        await asyncio.sleep(READ_WAIT_S)
                    received += await reader.readexactly(size)
                return received
            finally:
                writer.close()
                await writer.wait_closed()

    def check(self, items: list[int], results: list[Message], env: Address) -> None:
        for item, received in zip(items, results, strict=True):
            expected = self._message(item)[LENGTH_BYTES:]
            assert received == expected, (
                f"client {item} sent {len(expected)} bytes and got {len(received)} back, which are not the same"
            )

    def compute_metrics(self, items: list[int], results: list[Message], elapsed_s: float) -> dict[str, float]:
        return {"clients": len(items) / elapsed_s, "echoed": sum(map(len, results)) / elapsed_s}

    def _message(self, item: int) -> Message:
        """The bytes of a client, which no other has, with their length in front."""
        return self.bytes.to_bytes(LENGTH_BYTES, "big") + hashlib.shake_128(str(item).encode()).digest(self.bytes)


@contextmanager
def _explained() -> Iterator[None]:
    """Say why a connection failed, in the same words for sockets and streams."""
    try:
        yield
    except asyncio.IncompleteReadError as error:
        raise _hung_up(len(error.partial), error.expected) from error
    except OSError as error:
        if exhaustion := exhausted(error.errno):
            raise RuntimeError(exhaustion) from error
        raise


def _read(answer: IO[bytes], size: int) -> bytes:
    data = answer.read(size)
    if len(data) < size:
        raise _hung_up(len(data), size)
    return data


def _hung_up(received: int, expected: int | None) -> ConnectionError:
    return ConnectionError(f"the server hung up after {received} of {expected} bytes")


def _sizes(item: int, length: int) -> list[int]:
    """The sizes of the pieces that a client reads its answer in: slow ones take several."""
    if item % SLOW_EVERY != SLOW_EVERY - 1 or length < PIECES:
        return [length]
    piece = length // PIECES
    return [piece] * (PIECES - 1) + [length - piece * (PIECES - 1)]
