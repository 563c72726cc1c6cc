"""The throwaway PostgreSQL server: it is new, private, and gone afterwards."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.servers import postgres_server as module
from bench.servers.postgres_server import PostgresServer, PostgresUnavailable, find_programs, postgres_server
from tests.support.command import wait_until
from tests.support.paths import ROOT

psycopg = pytest.importorskip("psycopg", exc_type=ImportError)
COMMAND = [sys.executable, "-m", "bench.servers.postgres_server", "fsync=off"]


def query(server: PostgresServer, statement: str) -> object:
    with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


@contextmanager
def foreground() -> Iterator[tuple[subprocess.Popen[str], Path, str]]:
    """A server as `make postgres` starts it: its process, its folder and its URL."""
    with subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        if "data in " not in first:
            process.wait()
            pytest.skip(first.strip())
        process.stdout.readline()
        url = process.stdout.readline().partition("DATABASE_URL=")[2].strip()
        try:
            yield process, Path(first.partition("data in ")[2].partition(". ")[0]), url
        finally:
            process.kill()


def test_server_listens_on_localhost_and_wants_its_password(postgres: PostgresServer) -> None:
    assert "@127.0.0.1:" in postgres.url
    assert query(postgres, "SHOW listen_addresses") == "127.0.0.1"
    password = postgres.url.partition("bench:")[2].partition("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url.replace("+psycopg", "").replace(password, "guess"))


def test_settings_are_used(postgres: PostgresServer) -> None:
    assert query(postgres, "SHOW fsync") == "off"


def test_server_does_not_run_as_root(postgres: PostgresServer) -> None:
    pid = int((postgres.folder / "data/postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.mark.slow
def test_server_can_be_stopped_and_started_again_with_its_data(postgres: PostgresServer) -> None:
    with postgres_server({"fsync": "off"}) as server:
        query(server, "CREATE TABLE kept AS SELECT 7 AS number")
        server.stop("immediate")
        assert not server.is_running()
        with pytest.raises(psycopg.OperationalError, match="Connection refused"):
            query(server, "SELECT 1")
        server.start()
        assert query(server, "SELECT number FROM kept") == 7
    assert not server.folder.exists()
    assert not server.is_running()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_server_in_the_foreground_ends_with_ctrl_c(number: signal.Signals) -> None:
    with foreground() as (process, folder, url):
        assert psycopg.connect(url.replace("+psycopg", "")).close() is None
        process.send_signal(number)
        assert process.stdout is not None
        assert "PostgreSQL is stopped, and its data removed.\n" in process.stdout.read()
        assert process.wait() == 0
    assert not folder.exists()


@pytest.mark.slow
def test_server_is_removed_if_what_started_it_is_killed() -> None:
    with foreground() as (process, folder, url):
        process.kill()
    wait_until(lambda: not folder.exists())
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace("+psycopg", ""))


@pytest.mark.slow
def test_server_that_ends_by_itself_is_reported(postgres: PostgresServer) -> None:
    with foreground() as (process, folder, _):
        os.kill(int((folder / "data/postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)
        assert process.wait(timeout=30) == 1
        assert process.stdout is not None
        assert process.stdout.read().endswith("PostgreSQL has ended by itself\n")
    wait_until(lambda: not folder.exists())


@pytest.mark.slow
def test_setting_that_is_refused_is_reported_with_the_servers_words(postgres: PostgresServer) -> None:
    with (
        pytest.raises(PostgresUnavailable, match=r"PostgreSQL did not start: .*shared_buffers"),
        postgres_server({"shared_buffers": "nonsense"}),
    ):
        pass


def test_missing_programs_are_reported_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "INSTALLED", tmp_path)
    with pytest.raises(PostgresUnavailable, match="PostgreSQL is not installed: apt-get install postgresql"):
        find_programs()


def test_newest_programs_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(module, "INSTALLED", tmp_path)
    for version in ("9.6", "15", "17", "docs"):
        (tmp_path / version / "bin").mkdir(parents=True)
        for program in ("initdb", "pg_ctl") if version != "17" else ("psql",):
            (tmp_path / version / "bin" / program).touch()
    assert find_programs() == tmp_path / "15/bin"
