"""A TCP server that sends back what it gets, after a while.

A message is its length as 4 bytes, big-endian, and so many bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.servers.server_process import HOST, listen_and_serve, server_process

LENGTH_BYTES = 4


@contextmanager
def echo_server(delay: float) -> Iterator[tuple[str, int]]:
    """Start a server that waits `delay` seconds before each answer; yields its host and port. Raises RuntimeError."""
    with server_process("echo_server", repr(delay), package="") as port:
        yield HOST, port


def main(argument: str) -> None:
    """Serve until standard input ends."""
    import asyncio  # here: a trial that only starts the server does not pay for it
    import socket

    delay = float(argument)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                header = await reader.readexactly(LENGTH_BYTES)
                message = await reader.readexactly(int.from_bytes(header, "big"))
                await asyncio.sleep(delay)
                writer.write(header + message)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is done, or gone
        finally:
            writer.close()

    async def start(listener: socket.socket, backlog: int) -> asyncio.Server:
        return await asyncio.start_server(answer, sock=listener, backlog=backlog)

    listen_and_serve(start)
