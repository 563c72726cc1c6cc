"""Requests from workloads, blocking or as coroutines, whose failures are results with a reason rather than errors.

requests and aiohttp are imported by the clients, since a trial needs only one of them.
"""

import errno
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from bench.errors import ParameterError
from bench.servers.connection_limits import exhausted

BAD_NAME, TIMED_OUT, REFUSED, UNREACHABLE = "bad name", "timed out", "refused", "unreachable"
TRUNCATED, DISCONNECTED, NO_HTTP = "truncated", "disconnected", "not HTTP"
_BY_CODE = {errno.ECONNREFUSED: REFUSED, errno.EHOSTUNREACH: UNREACHABLE, errno.ENETUNREACH: UNREACHABLE}
_BY_CLASS = (  # classes of an error or of its causes; the first that fits counts
    (BAD_NAME, {"NameResolutionError", "ClientConnectorDNSError", "gaierror", "UnicodeError"}),
    (BAD_NAME, {"InvalidURL", "LocationParseError"}),
    (TIMED_OUT, {"Timeout", "TimeoutError"}),
    (TRUNCATED, {"ChunkedEncodingError", "ClientPayloadError"}),
    (DISCONNECTED, {"RemoteDisconnected", "ServerDisconnectedError"}),  # http.client: a kind of BadStatusLine
    (NO_HTTP, {"BadStatusLine", "ClientResponseError"}),
    (DISCONNECTED, {"ConnectionError", "ClientOSError"}),
)
_LONGEST_CHAIN = 10  # causes of an error that are looked at


class HttpAnswer(NamedTuple):
    """The status and the body of an answer; if there is none, the status is 0 and `failure` says why."""

    status: int
    body: bytes
    failure: str = ""

    @property
    def outcome(self) -> str:
        """The status as text, or why there is none."""
        return self.failure or str(self.status)

    def content(self) -> bytes:
        """The body of an answer with status 200. Raises RequestFailed for any other."""
        if self.status != 200:
            raise RequestFailed(self.failure or f"status {self.status}")
        return self.body


class RequestFailed(Exception):
    """A request without an answer, or with one that says so."""


class BlockingClient(Protocol):
    """Sends a request and waits for the answer."""

    def get(self, path: str) -> HttpAnswer: ...


class CoroutineClient(Protocol):
    """The same as a coroutine."""

    async def get(self, path: str) -> HttpAnswer: ...


@contextmanager
def blocking_client(base: str, trust_env: bool = True, timeout_s: float | None = None) -> Iterator[BlockingClient]:
    """A session of requests for whole URLs, and for paths below a base URL; it follows no redirects.

    `trust_env` is whether a proxy may be used; `timeout_s` are the seconds that the connection may take, and then that
    may pass until more of the answer arrives.
    """
    import requests
    import urllib3

    _check_timeout(timeout_s)
    errors = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError)

    class Client:
        def get(self, path: str) -> HttpAnswer:
            try:
                answer = session.get(_absolute(base, path), allow_redirects=False, timeout=timeout_s)
            except errors as error:
                return HttpAnswer(0, b"", failure_of(error))
            return HttpAnswer(answer.status_code, answer.content)

    with requests.Session() as session:
        session.trust_env = trust_env
        yield Client()


@asynccontextmanager
async def coroutine_client(
    base: str, trust_env: bool = True, timeout_s: float | None = None
) -> AsyncIterator[CoroutineClient]:
    """The same with a session of aiohttp, which has as many connections as there are requests in flight.

    `timeout_s` are the seconds that all of a request may take.
    """
    import aiohttp

    _check_timeout(timeout_s)

    class Client:
        async def get(self, path: str) -> HttpAnswer:
            try:
                async with session.get(_absolute(base, path), allow_redirects=False) as answer:
                    return HttpAnswer(answer.status, await answer.read())
            except (aiohttp.ClientError, OSError, UnicodeError) as error:
                return HttpAnswer(0, b"", failure_of(error))

    unlimited = aiohttp.TCPConnector(limit=0)  # by default, 100 connections for any number of workers
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(connector=unlimited, timeout=timeout, trust_env=trust_env) as session:
        yield Client()


def check_url(url: str, where: str) -> None:
    """Raise ParameterError, which begins with `where`, unless this is a URL that can be requested."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise ParameterError(f"{where}: {url!r} is not a URL: {error}") from error
    if not valid:
        raise ParameterError(f"{where}: {url!r} is not a URL: it must start with http:// or https:// and a host")


def failure_of(error: BaseException) -> str:
    """Why a request failed, in the same words for requests and aiohttp.

    Raises RuntimeError if this machine has no more files or ports for connections, which is no server's fault.
    """
    causes = list(_causes(error))
    for code in [getattr(cause, "errno", None) for cause in causes]:
        if exhaustion := exhausted(code):
            raise RuntimeError(exhaustion) from error
        if code in _BY_CODE:
            return _BY_CODE[code]
    names = {cls.__name__ for cause in causes for cls in type(cause).__mro__}
    return next((reason for reason, classes in _BY_CLASS if names & classes), type(error).__name__)


def _absolute(base: str, path: str) -> str:
    return base + path if path.startswith("/") else path


def _check_timeout(timeout_s: float | None) -> None:
    if timeout_s is not None and not timeout_s > 0:
        raise ParameterError(f"timeout={timeout_s:g}: it must be more than 0 seconds")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what caused it, also what urllib3 wraps without raising from it."""
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return
        yield error
        inner = [one for one in (getattr(error, "reason", None), *error.args) if isinstance(one, BaseException)]
        error = inner[0] if inner else error.__cause__ or error.__context__


def count_failures(outcomes: Iterable[str]) -> str:
    """Outcomes with their counts, the most frequent first: `2 status 500, 1 timed out`."""
    words = Counter(f"status {outcome}" if outcome.isdigit() else outcome for outcome in outcomes)
    return ", ".join(f"{count} {word}" for word, count in words.most_common())
