import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.process import bootstrap
from bench.servers.httpbin_server import http_server
from bench.servers.server_process import HOST, raise_open_files_limit


def get(url: str, path: str) -> tuple[int, bytes]:
    """Send a request without proxies, ignoring the environment."""
    connection = HTTPConnection(HOST, urlsplit(url).port, timeout=10)
    try:
        connection.request("GET", path, headers={"X-Mark": "here"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with http_server() as base:
        yield base


def decoded(body: bytes) -> Any:
    return json.loads(body)


def test_server_listens_only_on_localhost(url: str) -> None:
    assert urlsplit(url).hostname == "127.0.0.1"


def test_get_echoes_the_request(url: str) -> None:
    status, body = get(url, "/get?a=1&b=two")
    assert status == 200
    assert decoded(body)["args"] == {"a": "1", "b": "two"}
    assert decoded(body)["headers"]["X-Mark"] == "here"
    assert decoded(body)["origin"] == "127.0.0.1"
    assert decoded(body)["url"] == f"{url}/get?a=1&b=two"


@pytest.mark.parametrize("seconds", ["0", "0.001", "0.015"])
def test_delay_responds_with_its_own_path(url: str, seconds: str) -> None:
    status, body = get(url, f"/delay/{seconds}")
    assert (status, urlsplit(decoded(body)["url"]).path) == (200, f"/delay/{seconds}")


def test_delay_waits_for_the_requested_time(url: str) -> None:
    connection = HTTPConnection(HOST, urlsplit(url).port, timeout=0.2)
    connection.request("GET", "/delay/60")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize("code", [204, 404, 503])
def test_status_responds_with_the_requested_status(url: str, code: int) -> None:
    assert get(url, f"/status/{code}")[0] == code


@pytest.mark.parametrize("path", ["/", "/delay/-1", "/delay/soon", "/delay/inf", "/status/700", "/status/100"])
def test_invalid_path_is_not_found(url: str, path: str) -> None:
    assert get(url, path)[0] == 404


def test_two_servers_run_at_once_on_separate_ports(url: str) -> None:
    with http_server() as other:
        assert other != url
        assert decoded(get(other, "/get")[1])["url"] == f"{other}/get"
        assert decoded(get(url, "/get")[1])["url"] == f"{url}/get"
    with pytest.raises(ConnectionRefusedError):
        get(other, "/get")
    assert get(url, "/get")[0] == 200


def test_server_exits_when_its_standard_input_closes() -> None:
    command = bootstrap.command(sys.executable, "servers.httpbin_server", "")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            own = f"http://{HOST}:{process.stdout.readline().strip()}"
            assert get(own, "/get")[0] == 200
            process.stdin.close()
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()
    with pytest.raises(ConnectionRefusedError):
        get(own, "/get")


def test_server_is_gone_once_its_context_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[str]] = []

    class RecordedPopen(subprocess.Popen[str]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", RecordedPopen)
    with http_server():
        pass
    assert [process.returncode is not None for process in started] == [True]


def test_server_exits_when_the_code_using_it_fails() -> None:
    with pytest.raises(ValueError, match="no luck"), http_server() as own:
        raise ValueError("no luck")
    with pytest.raises(ConnectionRefusedError):
        get(own, "/get")


@pytest.mark.parametrize(
    ("script", "words"),
    [("exit 3", "no output"), ("echo first >&2; echo 'no aiohttp here' >&2; exit 1", "no aiohttp here")],
)
def test_server_that_does_not_start_is_reported_with_its_last_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(RuntimeError, match=f"httpbin_server did not start: {words}"), http_server():
        pass


def test_open_files_limit_is_raised_to_the_system_maximum() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
        assert raise_open_files_limit() == hard
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
