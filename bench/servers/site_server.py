"""A web site of pages that link to each other, in cycles, more than once, and to pages that do not exist."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.servers.server_process import HOST, listen_and_serve, server_process

START = "/page/0"
DEAD_EVERY = 7  # pages, one of which has a link that leads nowhere
_WRITTEN = ("{path}", "{name}", "../page/{name}", "{path}#top", "/page/./{name}")  # one page, written in turn
_ELSEWHERE = '<a href="http://elsewhere.invalid/page/0">elsewhere</a> <a href="mailto:a@elsewhere.invalid">mail</a>'


@dataclass(frozen=True)
class Site:
    """Pages with so many links each, whose answers take `delay` seconds."""

    pages: int
    links: int
    delay: float

    def links_of(self, page: int) -> list[str]:
        """The paths that a page leads to, in this order: the next ones, back to the first, one twice, some dead."""
        others = [(page * self.links + step) % self.pages for step in range(1, self.links + 1)]
        paths = [f"/page/{other}" for other in [*others, 0, *others[:1]]]
        return [*paths, f"/missing/{page}"] if page % DEAD_EVERY == 0 else paths

    def reachable(self) -> dict[str, int]:
        """The status of every path that the first page leads to."""
        found, pending = {START: 200}, [0]
        while pending:
            for path in self.links_of(pending.pop()):
                if path not in found:
                    found[path] = 404 if path.startswith("/missing/") else 200
                    if found[path] == 200:
                        pending.append(int(path.rpartition("/")[2]))
        return found


@contextmanager
def site_server(site: Site) -> Iterator[str]:
    """Start a server of the site on a free port and yield its base URL. Raises RuntimeError, ModuleNotFoundError."""
    with server_process("site_server", json.dumps(asdict(site))) as port:
        yield f"http://{HOST}:{port}"


def _html(site: Site, number: int) -> str:
    """A page whose links are written in every way that means the same; two more lead away from the site."""
    hrefs = [
        _WRITTEN[place % len(_WRITTEN)].format(path=path, name=path.rpartition("/")[2])
        if path.startswith("/page/")
        else path
        for place, path in enumerate(site.links_of(number), number)
    ]
    links = "".join(f'<li><a class="link" href="{href}">{href}</a></li>' for href in hrefs)
    return f"<!doctype html><title>Page {number}</title><ul>{links}</ul><p>{_ELSEWHERE}</p>"


def main(argument: str) -> None:
    """Serve until standard input ends."""
    import asyncio  # here, as is aiohttp: a trial that only starts the server pays for neither

    from aiohttp import web

    from bench.servers.aiohttp_sites import start_sites

    site = Site(**json.loads(argument))

    async def page(request: web.Request) -> web.Response:
        await asyncio.sleep(site.delay)
        number = int(request.match_info["number"])
        if number >= site.pages:
            raise web.HTTPNotFound
        return web.Response(text=_html(site, number), content_type="text/html")

    application = web.Application()
    application.router.add_get(r"/page/{number:\d+}", page)
    listen_and_serve(start_sites(application))
