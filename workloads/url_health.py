"""Checking whether URLs answer: most do at once, some late or never, and some cannot be reached at all."""

from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from bench import Workload
from bench.errors import ParameterError
from bench.servers.http_requests import (
    BAD_NAME,
    REFUSED,
    TIMED_OUT,
    BlockingClient,
    CoroutineClient,
    blocking_client,
    check_url,
    coroutine_client,
)
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import raise_open_files_limit

LATE_S, NEVER_S = 0.02, 3600.0
EXPECTED = {  # the outcome of each local URL
    f"/delay/{NEVER_S:.0f}": TIMED_OUT,
    **{f"/delay/{LATE_S}?{number}": "200" for number in range(10)},
    **{f"/get?{number}": "200" for number in range(10)},
    "/redirect/1": "301",
    "/status/404": "404",
    "/status/500": "500",
    "http://127.0.0.1:1/": REFUSED,  # a port below 1024, which nothing uses
    "http://no..name/": BAD_NAME,  # no resolver is asked for this: one may take seconds, or make up an address
}


class UrlHealth(Workload):
    """Check a list of URLs: the status of each, or why there is none."""

    bound = "io"
    tags = ("http", "tutorial")
    optional = True
    metrics: ClassVar = {"healthy": "", "redirected": "", "failing": "", "timed out": "", "unreachable": ""}
    urls: str = ""  # a file with a URL per line; if empty, URLs of a local server and two that have none
    timeout: float = 0.25  # seconds
    _first: list[str] | None = None  # the outcomes of the user's own URLs in the first pass

    def setup(self) -> Any:
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        return nullcontext("") if self.urls else http_server()

    def client(self, env: str) -> AbstractContextManager[BlockingClient]:
        return blocking_client(env, bool(self.urls), self.timeout)

    def client_async(self, env: str) -> AbstractAsyncContextManager[CoroutineClient]:
        return coroutine_client(env, bool(self.urls), self.timeout)

    def items(self) -> list[str]:
        return self._own_urls if self.urls else list(EXPECTED)

    @cached_property
    def _own_urls(self) -> list[str]:
        return _read_urls(self.urls)

    def work(self, item: str, client: BlockingClient) -> str:
        return client.get(item).outcome

    async def work_async(self, item: str, client: CoroutineClient) -> str:
        return (await client.get(item)).outcome

    def check(self, items: list[str], results: list[str], env: str) -> None:
        if self.urls and self._first is None:
            self._first = results
        expected = self._first or [EXPECTED[item] for item in items]
        where = "in the first pass" if self.urls else "expected"
        wrong = [
            f"{url}: {outcome}, but {other} {where}"
            for url, outcome, other in zip(items, results, expected, strict=True)
            if outcome != other
        ]
        assert not wrong, wrong[0] + (f" (and {len(wrong) - 1} more)" if wrong[1:] else "")

    def compute_metrics(self, items: list[str], results: list[str], elapsed_s: float) -> dict[str, float]:
        classes = [_class_of(outcome) for outcome in results]
        return {name: classes.count(name) for name in self.metrics}


def _read_urls(file: str) -> list[str]:
    """The URLs of a user's list. Raises ParameterError, which names the line."""
    try:
        lines = Path(file).expanduser().read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ParameterError(f"urls={file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ParameterError(f"urls={file}: not a text file in UTF-8") from error
    urls = []
    for number, line in enumerate(map(str.strip, lines), 1):
        if line and not line.startswith("#"):
            check_url(line, f"{file}, line {number}")
            urls.append(line)
    if not urls:
        raise ParameterError(f"urls={file}: it has no URL, but must have one per line")
    return urls


def _class_of(outcome: str) -> str:
    if outcome.isdigit():
        return "healthy" if outcome < "300" else "redirected" if outcome < "400" else "failing"
    return outcome if outcome == TIMED_OUT else "unreachable"
