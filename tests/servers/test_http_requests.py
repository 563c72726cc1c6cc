import asyncio
import errno
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.errors import ParameterError
from bench.servers.connection_limits import exhausted
from bench.servers.http_requests import (
    HttpAnswer,
    RequestFailed,
    blocking_client,
    check_url,
    coroutine_client,
    count_failures,
    failure_of,
)
from bench.servers.server_process import HOST
from tests.support.faulty_server import faulty_server


def answers(url: str, base: str = "", timeout_s: float | None = 10) -> list[HttpAnswer]:
    """What requests and aiohttp get."""

    async def awaited() -> HttpAnswer:
        async with coroutine_client(base, trust_env=False, timeout_s=timeout_s) as client:
            return await client.get(url)

    with blocking_client(base, trust_env=False, timeout_s=timeout_s) as client:
        return [client.get(url), asyncio.run(awaited())]


def outcomes(url: str, timeout_s: float = 10) -> list[str]:
    return [answer.outcome for answer in answers(url, timeout_s=timeout_s)]


@contextmanager
def unanswered() -> Iterator[str]:
    """The URL of a server that accepts connections and says nothing."""
    with socket.create_server((HOST, 0)) as listener:
        yield f"http://{HOST}:{listener.getsockname()[1]}/"


@contextmanager
def closed_port() -> Iterator[str]:
    """The URL of a port that nothing listens on, or can meanwhile."""
    with socket.socket() as unused:
        unused.bind((HOST, 0))
        yield f"http://{HOST}:{unused.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/good", "200"),
        ("/moved", "301"),
        ("/truncated", "truncated"),
        ("/truncated-chunks", "truncated"),
        ("/reset-within", "truncated"),
        ("/closed", "disconnected"),
        ("/reset", "disconnected"),
        ("/no-http", "not HTTP"),
    ],
)
def test_both_clients_name_a_faulty_answer_alike(path: str, outcome: str) -> None:
    with faulty_server() as base:
        assert outcomes(base + path) == [outcome] * 2


def test_both_clients_time_out() -> None:
    with unanswered() as url:
        assert outcomes(url, timeout_s=0.2) == ["timed out"] * 2


def test_both_clients_are_refused() -> None:
    with closed_port() as url:
        assert outcomes(url) == ["refused"] * 2


@pytest.mark.parametrize("name", ["no..name", "x" * 64, "[::1", "exa mple", "127.0.0.1:99999"])
def test_both_clients_reject_a_bad_name(name: str) -> None:
    assert outcomes(f"http://{name}/") == ["bad name"] * 2


def test_paths_are_relative_to_the_base() -> None:
    with faulty_server() as base:
        assert [answer.body for answer in answers("/good", base)] == [b"{}"] * 2
        assert [answer.body for answer in answers(f"{base}/good", "http://127.0.0.1:1")] == [b"{}"] * 2


def test_timeout_must_be_positive() -> None:
    with pytest.raises(ParameterError, match="timeout=0: it must be more than 0 seconds"):
        answers("/", timeout_s=0)
    with pytest.raises(ParameterError, match="timeout=-1"):
        asyncio.run(coroutine_client("", timeout_s=-1).__aenter__())


def test_a_host_without_a_route_is_unreachable() -> None:
    assert failure_of(OSError(errno.ENETUNREACH, "Network is unreachable")) == "unreachable"


def test_an_unknown_failure_is_named_by_its_class() -> None:
    assert failure_of(KeyError("x")) == "KeyError"


def test_a_chain_of_causes_that_leads_back_ends() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.args, second.args = (second,), (first,)
    assert failure_of(first) == "RuntimeError"


@contextmanager
def no_more_files() -> Iterator[None]:
    """Until it is raised, the limit of open files is at those that are open."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, limits[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_too_many_open_files_are_an_error_of_their_own() -> None:
    words = r"all \d+ files that a process may open are in use: allow more \(ulimit -n\) or use fewer workers"

    async def with_coroutine(base: str) -> None:
        async with coroutine_client(base, trust_env=False) as client:
            assert (await client.get("/good")).status == 200
            with no_more_files(), pytest.raises(RuntimeError, match=words):
                await client.get("/good")

    with faulty_server() as base, blocking_client(base, trust_env=False) as client:
        assert client.get("/good").status == 200  # what is imported on first use has been
        with no_more_files(), pytest.raises(RuntimeError, match=words):
            client.get("/good")
        asyncio.run(with_coroutine(base))


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENFILE, "all files that the system may open"), (errno.EADDRNOTAVAIL, "all ports"), (errno.EPIPE, "")],
)
def test_exhaustion_names_what_has_run_out(code: int, words: str) -> None:
    assert exhausted(code).startswith(words)
    assert bool(exhausted(code)) == bool(words)


def test_content_is_that_of_status_200_alone() -> None:
    assert HttpAnswer(200, b"here").content() == b"here"
    with pytest.raises(RequestFailed, match=r"^status 404$"):
        HttpAnswer(404, b"no").content()
    with pytest.raises(RequestFailed, match=r"^refused$"):
        HttpAnswer(0, b"", "refused").content()


def test_failures_are_counted_by_reason() -> None:
    assert count_failures(["500", "timed out", "500"]) == "2 status 500, 1 timed out"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://host/path?query", "http://[::1]/", "http://ü.example"]
)
def test_urls_that_can_be_requested(url: str) -> None:
    check_url(url, "here")


@pytest.mark.parametrize(
    "url", ["", "host", "127.0.0.1:8000", "ftp://host", "http:///path", "http://:80/", "http://host:0", "file:///etc"]
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ParameterError, match=f"^list, line 3: '{url}' is not a URL: it must start with http://"):
        check_url(url, "list, line 3")


@pytest.mark.parametrize("url", ["http://host:port/", "http://host:70000/", "http://[::1/"])
def test_urls_that_cannot_be_parsed_are_refused(url: str) -> None:
    with pytest.raises(ParameterError, match=r"^url: 'http://.*' is not a URL: "):
        check_url(url, "url")
