"""Waiting for some slow and many quick answers at once, as a client of several services does."""

import json
from collections import Counter
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import Any, ClassVar
from urllib.parse import urlsplit

from bench import Workload
from bench.servers.http_requests import (
    REFUSED,
    TIMED_OUT,
    BlockingClient,
    CoroutineClient,
    HttpAnswer,
    blocking_client,
    check_url,
    coroutine_client,
    count_failures,
)
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import raise_open_files_limit

WRONG_BODY = "wrong body"
BAD_STATUS, OTHER = "bad status", "other failures"
FAILURES = (BAD_STATUS, TIMED_OUT, REFUSED, OTHER)


class HttpMixed(Workload):
    """Send slow and quick GET requests; as many are in flight as there are workers."""

    bound = "io"
    tags = ("http", "tutorial")
    optional = True
    metrics: ClassVar = {"requests": "1/s", "succeeded": "%", **dict.fromkeys(FAILURES, "")}
    slow: int = 2  # requests that are answered after the delay
    fast: int = 40  # requests that are answered at once
    delay: float = 0.03  # seconds
    timeout: float = 60.0  # seconds that an answer may take
    allow_failures: bool = False  # count failed requests by reason rather than fail the pass, unless all have failed
    url: str = ""  # of a server with httpbin's paths; if empty, one is started on 127.0.0.1

    def setup(self) -> Any:
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        if not self.url:
            return http_server()
        check_url(self.url, "url")
        return nullcontext(self.url.rstrip("/"))

    def client(self, env: str) -> AbstractContextManager[BlockingClient]:
        return blocking_client(env, bool(self.url), self.timeout)

    def client_async(self, env: str) -> AbstractAsyncContextManager[CoroutineClient]:
        return coroutine_client(env, bool(self.url), self.timeout)

    def items(self) -> list[str]:
        """The slow requests first, so that the last of them does not start when all others are done."""
        return [f"/delay/{self.delay}"] * self.slow + ["/get"] * self.fast

    def work(self, item: str, client: BlockingClient) -> HttpAnswer:
        return client.get(item)

    async def work_async(self, item: str, client: CoroutineClient) -> HttpAnswer:
        return await client.get(item)

    def check(self, items: list[str], results: list[HttpAnswer], env: str) -> None:
        failed = list(filter(None, map(_failure, items, results)))
        counts = f"{len(failed)} of {len(items)} requests failed: {count_failures(failed)}"
        assert not failed or self.allow_failures, counts
        assert len(failed) < len(items), f"{counts}, and without any answer there is nothing to measure"

    def compute_metrics(self, items: list[str], results: list[HttpAnswer], elapsed_s: float) -> dict[str, float]:
        """Those that succeeded per second, and their share; if failures are allowed, also how many failed and why."""
        failed = list(filter(None, map(_failure, items, results)))
        succeeded = len(items) - len(failed)
        metrics = {"requests": succeeded / elapsed_s, "succeeded": 100 * succeeded / len(items)}
        if self.allow_failures:
            counts = Counter(map(_group, failed))
            metrics |= {name: counts[name] for name in FAILURES}
        return metrics


def _failure(path: str, answer: HttpAnswer) -> str:
    """Why a request failed; empty if it did not."""
    if answer.status != 200:
        return answer.outcome
    return "" if _is_answer_to(path, answer.body) else WRONG_BODY


def _is_answer_to(path: str, body: bytes) -> bool:
    try:
        return urlsplit(str(json.loads(body)["url"])).path.endswith(path)
    except (ValueError, LookupError, TypeError):
        return False


def _group(failure: str) -> str:
    """The metric that counts a failure."""
    if failure.isdigit():
        return BAD_STATUS
    return failure if failure in FAILURES else OTHER
