"""Start a server in a process of its own, and stop it.

A server is a module whose `main` serves with `listen_and_serve`: it prints the port that it listens on and ends when
its standard input does, so it cannot outlive the process that started it.
"""

import importlib.util
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.process import bootstrap

HOST = "127.0.0.1"
CONNECTIONS = 10_000  # that may be opened at once


@contextmanager
def server_process(module: str, argument: str = "", package: str = "aiohttp") -> Iterator[int]:
    """Start the server of a module of bench.servers, and yield its port.

    Raises RuntimeError, or ModuleNotFoundError if the `package` that the server needs is missing.
    """
    if package and importlib.util.find_spec(package) is None:
        raise ModuleNotFoundError(f"No module named {package!r}, which the server needs", name=package)
    command = bootstrap.command(sys.executable, f"servers.{module}", argument)
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            errors.seek(0)
            *_, last_line = ["no output", *errors.read().splitlines()]
            raise RuntimeError(f"{module} did not start: {last_line}")
        try:
            yield int(port)
        finally:
            process.kill()  # it has nothing to lose, and would take its time to shut down


def raise_open_files_limit() -> int:
    """Let this process open as many files as its hard limit allows, and return that limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def listen_and_serve(start: Callable[[socket.socket, int], Awaitable[object]]) -> None:
    """In the server's own process: start serving on each listening socket, print the port, serve until stdin ends.

    `start` gets a socket and the length of its queue.
    """
    import asyncio  # here: a trial that only starts the server does not pay for it

    async def main() -> None:
        listeners = _listeners()
        servers = [await start(listener, _longest_queue()) for listener in listeners]
        sys.stdout.write(f"{listeners[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        servers.clear()

    raise_open_files_limit()
    asyncio.run(main())


def _listeners() -> list[socket.socket]:
    """Sockets on one port whose queues together hold all connections that may be opened at once.

    The kernel limits each queue to net.core.somaxconn; SO_REUSEPORT spreads connections over them, not quite evenly.
    """
    first = _listener(0)
    port = first.getsockname()[1]
    return [first, *(_listener(port) for _ in range(2 * CONNECTIONS // _longest_queue()))]


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((HOST, port))
    return listener


def _longest_queue() -> int:
    try:
        return int(Path("/proc/sys/net/core/somaxconn").read_text())
    except OSError:
        return 128
