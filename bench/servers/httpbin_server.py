"""An HTTP server with httpbin's paths: /get, /delay/SECONDS, /status/CODE, and /redirect/1."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.servers.server_process import HOST, listen_and_serve, server_process


@contextmanager
def http_server() -> Iterator[str]:
    """Start a server on a free port and yield its base URL. Raises RuntimeError, ModuleNotFoundError."""
    with server_process("httpbin_server") as port:
        yield f"http://{HOST}:{port}"


def main(argument: str) -> None:
    """Serve until standard input ends."""
    import asyncio  # here, as is aiohttp: a trial that only starts the server pays for neither

    from aiohttp import web

    from bench.servers.aiohttp_sites import start_sites

    async def delay(request: web.Request) -> web.Response:
        await asyncio.sleep(float(request.match_info["seconds"]))
        return await get(request)

    async def get(request: web.Request) -> web.Response:
        content = {"args": dict(request.query), "headers": dict(request.headers)}
        return web.json_response({**content, "origin": request.remote, "url": str(request.url)})

    async def status(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["code"]))

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/get"})

    application = web.Application()
    application.router.add_get(r"/delay/{seconds:\d+(?:\.\d+)?(?:e-\d+)?}", delay)
    application.router.add_get(r"/status/{code:[2-5]\d\d}", status)
    application.router.add_get("/redirect/1", redirect)
    application.router.add_get("/get", get)
    listen_and_serve(start_sites(application))
