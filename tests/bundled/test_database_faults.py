"""What happens when the database is stopped, has no connections or no space left, or ends a deadlock."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.measure.trial.outcome import Outcome
from bench.servers.postgres_server import PostgresServer, PostgresUnavailable, postgres_server
from tests.support.command import wait_until
from tests.support.workload_trials import request, trial

pytest.importorskip("sqlalchemy")
psycopg = pytest.importorskip("psycopg", exc_type=ImportError)
pytestmark = pytest.mark.slow

MANY = {"authors": "5000", "books": "1"}
LARGE = {"authors": "2000", "books": "50"}
LIBPQ_WITH_TIMEOUTS = 170000  # of cancelling a query, which psycopg does when a coroutine is cancelled
WORKLOAD_CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'concurrency-bench'"


@contextmanager
def own_server(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, parent: Path | None = None) -> Iterator[Any]:
    """A server that a test may harm; DATABASE_URL has its URL."""
    try:
        with postgres_server({"fsync": "off", **settings}, parent) as server:
            monkeypatch.setenv("DATABASE_URL", server.url)
            yield server
    except PostgresUnavailable as error:
        pytest.skip(str(error))


@contextmanager
def connection_to(server: PostgresServer) -> Iterator[Any]:
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def one(server: PostgresServer, statement: str) -> Any:
    with connection_to(server) as connection:
        return connection.execute(statement).fetchone()[0]


def failed_with(outcome: Outcome, *words: str) -> None:
    """The trial failed with a reason of one line that has these words, and no traceback or statement."""
    assert outcome.failed is not None
    assert outcome.failed.status == "error"
    for word in words:
        assert word in outcome.failed.reason
    for noise in ("\n", "Traceback", "sqlalche.me", "INSERT INTO"):
        assert noise not in outcome.failed.reason


def left_behind(server: PostgresServer) -> tuple[int, int]:
    """How many schemas and connections of workloads are on the server."""
    count = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'concurrency%'"
    return one(server, count), one(server, WORKLOAD_CONNECTIONS)


@pytest.mark.parametrize("backend", ["sequential", "threading", "multiprocessing", "asyncio"])
def test_server_stopped_in_a_pass_and_started_again(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if backend == "asyncio" and psycopg.pq.version() < LIBPQ_WITH_TIMEOUTS:
        pytest.skip("this libpq can wait forever for a stopping server to cancel a query: pip install psycopg-binary")
    with own_server({}, monkeypatch) as server, ThreadPoolExecutor(1) as background:
        asked = request("orm-inserts", {**MANY, "url": "env:DATABASE_URL"}, backend)
        running = background.submit(trial, asked)
        wait_until(lambda: _authors(server) > 20)
        server.stop("immediate")
        outcome = running.result()
        failed_with(outcome, "DatabaseFailed")
        assert outcome.failed is not None
        assert any(hint in outcome.failed.reason for hint in ("the server was stopped", "the connection was lost"))
        server.start()
        assert one(server, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'concurrency%'") == 1
        again = trial(request("orm-inserts", {"authors": "4", "url": "env:DATABASE_URL"}, backend))
        assert again.failed is None
        assert left_behind(server) == (0, 0), "the schema that could not be dropped is dropped by the next trial"


def _authors(server: PostgresServer) -> int:
    """How many authors have been inserted into whatever schema there is."""
    with connection_to(server) as connection:
        try:
            found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'concurrency%'").fetchone()
            return connection.execute(f"SELECT count(*) FROM {found[0]}.authors").fetchone()[0] if found else 0
        except psycopg.Error:  # not created yet
            return 0


@pytest.mark.parametrize("backend", ["threading", "multiprocessing", "asyncio"])
def test_connections_exhausted(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_server({"max_connections": "5", "superuser_reserved_connections": "0"}, monkeypatch) as server:
        asked = request("orm-inserts", {"authors": "100", "url": "env:DATABASE_URL"}, backend, workers=8)
        failed_with(trial(asked), "too many clients", "use fewer workers, or raise its max_connections")
        wait_until(lambda: left_behind(server) == (0, 0))


@pytest.mark.parametrize("backend", ["threading", "asyncio"])
def test_deadlock(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction of ours locks a tag, and then waits for an author that the workload's transaction has inserted."""
    with own_server({"deadlock_timeout": "500ms"}, monkeypatch) as server, ThreadPoolExecutor(1) as background:
        asked = request("orm-inserts", {**MANY, "url": "env:DATABASE_URL"}, backend, workers=1)
        running = background.submit(trial, asked)
        wait_until(lambda: _authors(server) > 20)
        with connection_to(server) as connection:
            (schema,) = connection.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'concurrency%'"
            ).fetchone()
            connection.execute("SET deadlock_timeout = '1min'")  # so that the server ends the other transaction
            connection.execute(f"SET search_path = {schema}")
            with connection.transaction():
                connection.execute("SELECT * FROM tags FOR UPDATE")
                time.sleep(0.2)  # for the workload to wait for it
                (highest,) = connection.execute("SELECT coalesce(max(id), -1) FROM authors").fetchone()
                connection.execute("INSERT INTO authors VALUES (%s, 'ours')", [highest + 1])
        failed_with(running.result(), "deadlock detected", "two transactions waited for each other")
        wait_until(lambda: left_behind(server) == (0, 0))


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of 64 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system")
    disk = Path("/tmp", f"bench-disk-{os.getpid()}-{threading.get_ident()}")  # where PostgreSQL's user can reach it
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        disk.rmdir()
        pytest.skip(f"cannot mount a file system: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
    disk.rmdir()


@pytest.mark.parametrize("backend", ["threading", "multiprocessing", "asyncio"])
def test_full_disk_with_sqlite(backend: str, tiny_disk: Path) -> None:
    (tiny_disk / "ballast").write_bytes(bytes(64_000_000))
    outcome = trial(request("orm-inserts", LARGE, backend), scratch=tiny_disk / "scratch")
    failed_with(outcome, "disk is full", "set TMPDIR to a folder with more free space")
    assert list((tiny_disk / "scratch").iterdir()) == []


def test_full_disk_with_files(tiny_disk: Path) -> None:
    outcome = trial(request("file-tree", {"files": "1000"}, "threading"), scratch=tiny_disk / "scratch")
    failed_with(outcome, "setup", "No space left on device")
    assert list((tiny_disk / "scratch").iterdir()) == []


def test_full_disk_of_the_server(tiny_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"min_wal_size": "32MB", "max_wal_size": "32MB", "wal_recycle": "off", "shared_buffers": "1MB"}
    with own_server(settings, monkeypatch, tiny_disk) as server:
        free = os.statvfs(tiny_disk).f_bavail * os.statvfs(tiny_disk).f_frsize
        (tiny_disk / "ballast").write_bytes(bytes(max(0, free - 1_000_000)))
        outcome = trial(request("orm-inserts", {**LARGE, "url": "env:DATABASE_URL"}, "threading"))
        failed_with(outcome, "DatabaseFailed")
        (tiny_disk / "ballast").unlink()
        if not server.is_running():
            server.start()
        assert trial(request("orm-inserts", {"authors": "4", "url": "env:DATABASE_URL"}, "threading")).failed is None
        wait_until(lambda: left_behind(server) == (0, 0))
