"""A real HTTP server on 127.0.0.1 with httpbin's paths, in its own process, for workloads that need one.

Run as a script, this file is the server. It ends when its standard input does, so it cannot outlive its parent.
"""

import importlib.util
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
CONNECTIONS = 10_000  # that may be opened at once


@contextmanager
def http_server() -> Iterator[str]:
    """Start a server on a free port and yield its base URL. Raises RuntimeError, ModuleNotFoundError."""
    if importlib.util.find_spec("aiohttp") is None:
        raise ModuleNotFoundError("No module named 'aiohttp', which the HTTP server needs", name="aiohttp")
    command = [sys.executable, "-P", __file__]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            errors.seek(0)
            *_, last_line = ["no output", *errors.read().splitlines()]
            raise RuntimeError(f"the HTTP server did not start: {last_line}")
        try:
            yield f"http://{HOST}:{port}"
        finally:
            process.kill()  # it has nothing to lose, and would take its time to shut down


def raise_open_files_limit() -> int:
    """Let this process open as many files as its hard limit allows, and return that limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def serve() -> None:
    """Serve until standard input ends; print the port once the server is listening."""
    import asyncio  # here, as is aiohttp: a trial that only starts the server pays for neither

    from aiohttp import web

    async def delay(request: web.Request) -> web.Response:
        await asyncio.sleep(float(request.match_info["seconds"]))
        return await get(request)

    async def get(request: web.Request) -> web.Response:
        content = {"args": dict(request.query), "headers": dict(request.headers)}
        return web.json_response({**content, "origin": request.remote, "url": str(request.url)})

    async def status(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["code"]))

    async def main() -> None:
        application = web.Application()
        application.router.add_get(r"/delay/{seconds:\d+(?:\.\d+)?(?:e-\d+)?}", delay)
        application.router.add_get(r"/status/{code:[2-5]\d\d}", status)
        application.router.add_get("/get", get)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        listeners = _listeners()
        for listener in listeners:
            await web.SockSite(runner, listener, backlog=_longest_queue()).start()
        print(listeners[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)

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


if __name__ == "__main__":
    serve()
