"""Waiting for some slow and many quick answers at once, as a client of several services does."""

import json
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import Any, ClassVar
from urllib.parse import urlsplit

from bench import Workload
from bench.servers.http_requests import (
    BlockingClient,
    CoroutineClient,
    HttpAnswer,
    blocking_client,
    coroutine_client,
    count_failures,
)
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import raise_open_files_limit


class HttpMixed(Workload):
    """Send slow and quick GET requests; as many are in flight as there are workers."""

    bound = "io"
    tags = ("http", "tutorial")
    optional = True
    metrics: ClassVar = {"requests": "1/s", "succeeded": "%"}
    slow: int = 2  # requests that are answered after the delay
    fast: int = 40  # requests that are answered at once
    delay: float = 0.03  # seconds
    timeout: float = 60.0  # seconds that an answer may take
    allow_failures: bool = False  # count failed requests instead of failing the pass
    url: str = ""  # of a server with httpbin's paths; if empty, one is started on 127.0.0.1

    def setup(self) -> Any:
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        return nullcontext(self.url.rstrip("/")) if self.url else http_server()

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
        failed = [answer.outcome for answer in results if answer.status != 200]
        assert not failed or self.allow_failures, (
            f"{len(failed)} of {len(items)} requests failed: {count_failures(failed)}"
        )
        for path, answer in zip(items, results, strict=True):
            if answer.status == 200:
                requested = urlsplit(json.loads(answer.body)["url"]).path
                assert requested.endswith(path), f"the answer is for {requested}, not for {path}"

    def compute_metrics(self, items: list[str], results: list[HttpAnswer], elapsed_s: float) -> dict[str, float]:
        succeeded = sum(answer.status == 200 for answer in results)
        return {"requests": len(items) / elapsed_s, "succeeded": 100 * succeeded / len(items)}
