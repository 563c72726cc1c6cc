"""Waiting for the network: GET requests to an endpoint that responds after a delay."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench import Workload
from bench.servers.connection_limits import exhausted
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import raise_open_files_limit


class Client(NamedTuple):
    """What a worker keeps: a session, and the URL it requests."""

    session: Any
    url: str


class HttpDelay(Workload):
    """Wait for a slow HTTP endpoint: requests in blocking workers, aiohttp in coroutines."""

    bound = "io"
    tags = ("http",)
    requests: int = 32
    delay: float = 0.003  # seconds
    url: str = ""  # of a server with httpbin's paths; if empty, one is started on 127.0.0.1

    def setup(self) -> Any:
        import requests  # noqa: F401  # here, so that forked workers have it, as in a program that imports it at its top

        raise_open_files_limit()
        return nullcontext(self.url.rstrip("/")) if self.url else http_server()

    def items(self) -> range:
        return range(self.requests)

    def client(self, env: str) -> Iterator[Client]:
        import requests

        with requests.Session() as session:
            session.trust_env = bool(self.url)  # a proxy may lead to the user's server, but not to our own
            yield Client(session, f"{env}/delay/{self.delay}")

    async def client_async(self, env: str) -> AsyncIterator[Client]:
        import aiohttp

        unlimited = aiohttp.TCPConnector(limit=0)  # by default, 100 connections for any number of workers
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=unlimited, timeout=timeout, trust_env=bool(self.url)) as session:
            yield Client(session, f"{env}/delay/{self.delay}")

    def work(self, item: int, client: Client) -> tuple[int, bytes]:
        answer = client.session.get(client.url)
        return answer.status_code, answer.content

    async def work_async(self, item: int, client: Client) -> tuple[int, bytes]:
        try:
            async with client.session.get(client.url) as answer:
                return answer.status, await answer.read()
        except OSError as error:
            if exhaustion := exhausted(error.errno):
                raise RuntimeError(exhaustion) from error
            raise

    def check(self, items: list[int], results: list[tuple[int, bytes]], env: str) -> None:
        path = f"/delay/{self.delay}"
        for status, body in results:
            assert status == 200, f"status {status} from {env}{path}"
            requested = urlsplit(json.loads(body)["url"]).path
            assert requested.endswith(path), f"the response is for {requested}, not for {path}"
