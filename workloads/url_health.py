"""Checking whether URLs answer: most do at once, some late or never, and some cannot be reached at all."""

import socket
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from bench import Workload
from bench.servers.http_requests import BlockingClient, CoroutineClient, blocking_client, coroutine_client
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import HOST, raise_open_files_limit

LATE_S, NEVER_S = 0.02, 3600.0
EXPECTED = {  # the outcome of each local URL by its path, or by its name if it has no server
    f"/delay/{NEVER_S:.0f}": "timed out",
    **{f"/delay/{LATE_S}?{number}": "200" for number in range(10)},
    **{f"/get?{number}": "200" for number in range(10)},
    "/redirect/1": "301",
    "/status/404": "404",
    "/status/500": "500",
    "closed": "refused",
    "nowhere": "bad name",
}
BAD_NAME = "http://host.invalid/"


class UrlHealth(Workload):
    """Check a list of URLs: the status of each, or why there is none."""

    bound = "io"
    tags = ("http", "tutorial")
    optional = True
    metrics: ClassVar = {"healthy": "", "redirected": "", "failing": "", "timed out": "", "unreachable": ""}
    urls: str = ""  # a file with a URL per line; if empty, URLs of a local server and two that have none
    timeout: float = 0.25  # seconds
    _local: ClassVar[dict[str, str]] = {}  # the outcomes of the local URLs
    _first: ClassVar[dict[str, str] | None] = None  # the outcomes of the user's own URLs in the first pass

    @contextmanager
    def setup(self) -> Iterator[dict[str, str]]:
        """Yields the local URLs with the outcome that each must have."""
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        if self.urls:
            yield {}
            return
        with http_server() as base, closing(socket.socket()) as unused:
            unused.bind((HOST, 0))  # it does not listen, so that connections to it are refused
            special = {"closed": f"http://{HOST}:{unused.getsockname()[1]}/", "nowhere": BAD_NAME}
            local = {special.get(path) or base + path: outcome for path, outcome in EXPECTED.items()}
            self._local = local  # type: ignore[misc]  # of this instance: items() is called in the same process
            yield local

    @cached_property
    def _own_urls(self) -> list[str]:
        lines = Path(self.urls).expanduser().read_text(encoding="utf-8").splitlines()
        urls = []
        for number, line in enumerate(map(str.strip, lines), 1):
            if not line or line.startswith("#"):
                continue
            parts = urlsplit(line)
            assert parts.scheme in ("http", "https") and parts.netloc, (
                f"{self.urls}, line {number}: {line!r} is not a URL: it must start with http:// or https://"
            )
            assert line not in urls, f"{self.urls}, line {number}: {line} is there twice"
            urls.append(line)
        assert urls, f"{self.urls} has no URL: write one per line"
        return urls

    def client(self, env: dict[str, str]) -> AbstractContextManager[BlockingClient]:
        return blocking_client("", bool(self.urls), self.timeout)

    def client_async(self, env: dict[str, str]) -> AbstractAsyncContextManager[CoroutineClient]:
        return coroutine_client("", bool(self.urls), self.timeout)

    def items(self) -> list[str]:
        return self._own_urls if self.urls else list(self._local)

    def work(self, item: str, client: BlockingClient) -> str:
        return client.get(item).outcome

    async def work_async(self, item: str, client: CoroutineClient) -> str:
        return (await client.get(item)).outcome

    def check(self, items: list[str], results: list[str], env: dict[str, str]) -> None:
        outcomes = dict(zip(items, results, strict=True))
        if self.urls and self._first is None:
            self._first = outcomes  # type: ignore[misc]  # of this instance
        for url, expected in (self._first or env).items():
            where = "in the first pass" if self.urls else "expected"
            assert outcomes[url] == expected, f"{url}: {outcomes[url]}, but {expected} {where}"

    def compute_metrics(self, items: list[str], results: list[str], elapsed_s: float) -> dict[str, float]:
        classes = [_class_of(outcome) for outcome in results]
        return {name: classes.count(name) for name in self.metrics}


def _class_of(outcome: str) -> str:
    if outcome.isdigit():
        return "healthy" if outcome < "300" else "redirected" if outcome < "400" else "failing"
    return outcome if outcome == "timed out" else "unreachable"
