"""Requests from workloads, blocking or as coroutines, whose failures are results with a reason rather than errors.

requests and aiohttp are imported by the clients, since a trial needs only one of them.
"""

import errno
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NamedTuple, Protocol

from bench.servers.server_process import raise_open_files_limit

TIMED_OUT, REFUSED, BAD_NAME, TRUNCATED, DISCONNECTED = (
    "timed out",
    "refused",
    "bad name",
    "truncated",
    "disconnected",
)
_CHAIN = 10  # causes of an error that are looked at


class HttpAnswer(NamedTuple):
    """The status and the body of an answer; if there is none, the status is 0 and `failure` says why."""

    status: int
    body: bytes
    failure: str = ""

    @property
    def outcome(self) -> str:
        """The status as text, or why there is none."""
        return self.failure or str(self.status)


class BlockingClient(Protocol):
    """Sends a request and waits for the answer."""

    def get(self, path: str) -> HttpAnswer: ...


class CoroutineClient(Protocol):
    """The same as a coroutine."""

    async def get(self, path: str) -> HttpAnswer: ...


@contextmanager
def blocking_client(base: str, trust_env: bool = True, timeout_s: float | None = None) -> Iterator[BlockingClient]:
    """A session of requests for paths below a base URL, or for whole URLs if it is empty; it follows no redirects.

    `trust_env` is whether a proxy may be used; `timeout_s` are the seconds that an answer may take.
    """
    import requests

    class Client:
        def get(self, path: str) -> HttpAnswer:
            try:
                answer = session.get(base + path, allow_redirects=False, timeout=timeout_s)
            except (requests.RequestException, OSError, UnicodeError) as error:
                return HttpAnswer(0, b"", failure_of(error))
            return HttpAnswer(answer.status_code, answer.content)

    with requests.Session() as session:
        session.trust_env = trust_env
        yield Client()


@asynccontextmanager
async def coroutine_client(
    base: str, trust_env: bool = True, timeout_s: float | None = None
) -> AsyncIterator[CoroutineClient]:
    """The same with a session of aiohttp, which has as many connections as there are requests in flight."""
    import aiohttp

    class Client:
        async def get(self, path: str) -> HttpAnswer:
            try:
                async with session.get(base + path, allow_redirects=False) as answer:
                    return HttpAnswer(answer.status, await answer.read())
            except (aiohttp.ClientError, OSError, TimeoutError, UnicodeError) as error:
                return HttpAnswer(0, b"", failure_of(error))

    unlimited = aiohttp.TCPConnector(limit=0)  # by default, 100 connections for any number of workers
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(connector=unlimited, timeout=timeout, trust_env=trust_env) as session:
        yield Client()


def failure_of(error: BaseException) -> str:
    """Why a request failed, in the same words for requests and aiohttp. Raises RuntimeError if files have run out."""
    causes = list(_causes(error))
    names = {cls.__name__ for cause in causes for cls in type(cause).__mro__}
    codes = {getattr(cause, "errno", None) for cause in causes}
    if codes & {errno.EMFILE, errno.ENFILE}:
        raise RuntimeError(
            f"all {raise_open_files_limit()} files that a process may open are in use: "
            f"allow more (ulimit -n) or use fewer workers"
        ) from error
    if names & {"NameResolutionError", "ClientConnectorDNSError", "gaierror", "UnicodeError", "InvalidURL"}:
        return BAD_NAME
    if errno.ECONNREFUSED in codes or "ConnectionRefusedError" in names:
        return REFUSED
    if names & {"Timeout", "TimeoutError"}:
        return TIMED_OUT
    if names & {"ChunkedEncodingError", "IncompleteRead", "ClientPayloadError"}:
        return TRUNCATED
    if names & {"ConnectionError", "ServerDisconnectedError", "ClientOSError"}:
        return DISCONNECTED
    return type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what caused it, also what urllib3 wraps without raising from it."""
    for _ in range(_CHAIN):
        if error is None:
            return
        yield error
        inner = [one for one in (getattr(error, "reason", None), *error.args) if isinstance(one, BaseException)]
        error = inner[0] if inner else error.__cause__ or error.__context__


def count_failures(outcomes: Iterable[str]) -> str:
    """Outcomes with their counts, the most frequent first: `2 status 500, 1 timed out`."""
    words = Counter(f"status {outcome}" if outcome.isdigit() else outcome for outcome in outcomes)
    return ", ".join(f"{count} {word}" for word, count in words.most_common())
