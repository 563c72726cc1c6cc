"""Serve an aiohttp application on every listening socket of a server's script."""

import socket
from collections.abc import Awaitable, Callable

from aiohttp import web


def start_sites(application: web.Application) -> Callable[[socket.socket, int], Awaitable[object]]:
    """What `listen_and_serve` calls with each of its sockets."""
    runner = web.AppRunner(application, access_log=None)

    async def start(listener: socket.socket, backlog: int) -> web.AppRunner:
        if runner.server is None:
            await runner.setup()
        await web.SockSite(runner, listener, backlog=backlog).start()
        return runner

    return start
