"""orm-inserts and orm-read on SQLite and PostgreSQL: what is checked and counted, and what is left behind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.errors import TrialFailed
from bench.schema import Status
from bench.servers.postgres_server import PostgresServer
from tests.support.backend_params import name_params
from tests.support.command import bench, rows
from tests.support.paths import ROOT
from tests.support.workload_trials import Prepared, prepared, request, skip_what_a_subinterpreter_refuses, trial

sqlalchemy = pytest.importorskip("sqlalchemy")

SMALL = {"authors": "6", "books": "3"}
STYLES = [("orm-inserts", {"style": style}) for style in ("bulk", "single", "rollback")]
LOADINGS = [("orm-read", {"loading": loading}) for loading in ("lazy", "selectin")]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """The parameter `url` of each database."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@contextmanager
def connected(prepared: Prepared) -> Iterator[Any]:
    """A connection to the tables of a workload that is set up."""
    from _orm_database import plain_engine

    with plain_engine(prepared.env) as engine, engine.begin() as connection:
        yield connection


def run(connection: Any, statement: str) -> Any:
    return connection.execute(sqlalchemy.text(statement))


def schemas(server: PostgresServer) -> list[str]:
    """The schemas of workloads that are on the server."""
    with _admin(server) as connection:
        return list(run(connection, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'concurrency%'").scalars())


@contextmanager
def _admin(server: PostgresServer) -> Iterator[Any]:
    engine = sqlalchemy.create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(("name", "typed"), [*STYLES, *LOADINGS])
@pytest.mark.parametrize("backend", ["sequential", "threading", "asyncio"])
def test_passes_follow_each_other(name: str, typed: dict[str, str], backend: str, url: str) -> None:
    with prepared(name, {**SMALL, **typed, "url": url}, backend) as (_, _, batch):
        for _ in range(2):
            items = batch.items()
            batch.check(items, batch.run(items))


@pytest.mark.parametrize("name", ["orm-inserts", "orm-read"])
@pytest.mark.parametrize("backend", name_params())
def test_every_backend_uses_postgresql(name: str, backend: str, postgres: PostgresServer, postgres_url: str) -> None:
    outcome = trial(request(name, {**SMALL, "url": postgres_url}, backend))
    skip_what_a_subinterpreter_refuses(outcome)
    assert outcome.failed is None
    assert len(outcome.measured) == 2
    assert schemas(postgres) == []


@pytest.mark.parametrize("backend", ["sequential", "threading", "asyncio"])
@pytest.mark.parametrize(
    ("name", "typed", "queries"),
    [
        ("orm-inserts", {"style": "bulk"}, 6 * 3),
        ("orm-inserts", {"style": "single"}, 6 * (1 + 3 + 2 * 3)),
        ("orm-inserts", {"style": "rollback"}, 6 * 3 + 3),
        ("orm-read", {"loading": "lazy"}, 6 * (1 + 3)),
        ("orm-read", {"loading": "selectin"}, 6 * 2),
    ],
)
def test_queries_are_counted(name: str, typed: dict[str, str], queries: int, backend: str, url: str) -> None:
    with prepared(name, {**SMALL, **typed, "url": url}, backend) as (_, _, batch):
        items = batch.items()
        results = batch.run(items)
        batch.check(items, results)
        metrics = batch.metrics(items, results, elapsed_s=2.0)
    assert metrics is not None
    assert metrics.pop("queries") == queries
    kept = 3 if typed.get("style") == "rollback" else 6
    assert metrics == ({"rows": kept * (1 + 3 + 6) / 2} if name == "orm-inserts" else {"books": 6 * 3 / 2})


@pytest.mark.parametrize("backend", ["sequential", "asyncio"])
def test_transaction_that_is_rolled_back_leaves_no_row(backend: str, url: str) -> None:
    with prepared("orm-inserts", {**SMALL, "style": "rollback", "url": url}, backend) as ready:
        results = ready.batch.run(ready.batch.items())
        assert [result.committed for result in results] == [True, False] * 3
        with connected(ready) as connection:
            assert run(connection, "SELECT id FROM authors ORDER BY id").scalars().all() == [0, 2, 4]
            assert run(connection, "SELECT DISTINCT author_id FROM books ORDER BY 1").scalars().all() == [0, 2, 4]
            assert run(connection, "SELECT count(*) FROM book_tags").scalar() == 3 * 3 * 2


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        ("DELETE FROM book_tags WHERE book_id = 1", "book_tags"),
        ("UPDATE book_tags SET tag_id = 9 WHERE book_id = 1 AND tag_id = 1", "book_tags"),
        ("UPDATE books SET pages = pages + 1 WHERE id = 2", "books"),
        ("UPDATE books SET author_id = 0 WHERE id = 7", "books"),
        ("UPDATE authors SET name = 'nobody' WHERE id = 4", "authors"),
        ("INSERT INTO authors (id, name) VALUES (1000, 'one more')", "authors"),
    ],
)
def test_rows_that_are_not_those_inserted_fail_the_check(damage: str, table: str, url: str) -> None:
    with prepared("orm-inserts", {**SMALL, "url": url}) as ready:
        items = ready.batch.items()
        results = ready.batch.run(items)
        with connected(ready) as connection:
            run(connection, damage)
        with pytest.raises(TrialFailed, match=rf"rows in {table} are not those that were inserted") as failed:
            ready.batch.check(items, results)
    assert failed.value.status is Status.WRONG


def test_transaction_that_is_not_rolled_back_fails_the_check(url: str) -> None:
    with prepared("orm-inserts", {**SMALL, "style": "rollback", "url": url}) as (_, _, batch):
        items = batch.items()
        results = batch.run(items)
        results[1] = results[1]._replace(committed=True)
        with pytest.raises(TrialFailed, match=r"transactions of \[0, 1, 2, 4\] were committed, expected \[0, 2, 4\]"):
            batch.check(items, results)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE books SET title = 'another' WHERE id = 2",
        "UPDATE books SET pages = pages + 1 WHERE id = 2",
        "UPDATE books SET author_id = 0 WHERE id = 4",
        "DELETE FROM book_tags WHERE book_id = 1 AND tag_id = 1",
        "UPDATE tags SET name = 'another' WHERE id = 1",
    ],
)
def test_books_that_are_not_those_expected_fail_the_check(damage: str, url: str) -> None:
    with prepared("orm-read", {**SMALL, "url": url}) as ready:
        with connected(ready) as connection:
            run(connection, damage)
        items = ready.batch.items()
        with pytest.raises(TrialFailed, match=r"author \d: got .*, expected") as failed:
            ready.batch.check(items, ready.batch.run(items))
    assert failed.value.status is Status.WRONG


def test_coroutines_have_a_connection_for_each_item_in_flight_and_no_more(
    postgres: PostgresServer, postgres_url: str
) -> None:
    with prepared("orm-inserts", {"authors": "40", "url": postgres_url}, "asyncio", workers=7) as (_, _, batch):
        items = batch.items()
        batch.check(items, batch.run(items))
        with _admin(postgres) as connection:
            open_now = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'concurrency-bench'"
            assert run(connection, open_now).scalar() == 7 + 1  # one holds the lock of the schema


def test_schema_is_dropped_also_if_the_pass_fails(postgres: PostgresServer, postgres_url: str) -> None:
    with prepared("orm-read", {**SMALL, "url": postgres_url}) as ready:
        assert len(schemas(postgres)) == 1
        with connected(ready) as connection:
            run(connection, "DROP TABLE book_tags")
        with pytest.raises(TrialFailed, match=r'item 0: DatabaseFailed: relation "book_tags" does not exist'):
            ready.batch.run(ready.batch.items())
    assert schemas(postgres) == []


def test_schema_of_a_trial_that_was_killed_is_dropped_by_the_next(postgres: PostgresServer, postgres_url: str) -> None:
    abandoned, others = f"concurrency_bench_{'0' * 16}", ["concurrency_bench_mine", "concurrency_notes"]
    with _admin(postgres) as connection:
        for name in (abandoned, *others):
            run(connection, f"CREATE SCHEMA {name} CREATE TABLE precious (id int)")
    try:
        with (
            prepared("orm-read", {**SMALL, "url": postgres_url}) as first,
            prepared("orm-read", {**SMALL, "url": postgres_url}) as second,
        ):
            names = {first.env.schema, second.env.schema}
            assert set(schemas(postgres)) == names | set(others), "schemas in use, and those of others, are kept"
    finally:
        with _admin(postgres) as connection:
            for name in others:
                run(connection, f"DROP SCHEMA {name} CASCADE")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", r"url: not a URL of a database; for example postgresql\+psycopg://USER@HOST/DATABASE"),
        ("mysql://host/db", r"url: mysql:// is not supported; use postgresql\+psycopg://"),
        ("sqlite:///mine.db", r"url: sqlite:// is not supported; .* leave it out for SQLite"),
    ],
)
def test_other_urls_are_refused(url: str, message: str) -> None:
    with pytest.raises(TrialFailed, match=message), prepared("orm-read", {**SMALL, "url": url}):
        pass


@pytest.mark.parametrize("backend", ["threading", "asyncio"])
def test_missing_server_is_an_error_with_its_address(backend: str, postgres: PostgresServer) -> None:
    with (
        pytest.raises(TrialFailed, match=r"DatabaseFailed: .*127.0.0.1.*Connection refused.*\(no server is there\)"),
        prepared("orm-read", {**SMALL, "url": "postgresql://me@127.0.0.1:1/db"}, backend),
    ):
        pass


def test_wrong_password_is_an_error_with_the_way_out(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "guess")
    address = postgres.url.partition("@")[2]
    with (
        pytest.raises(TrialFailed, match=r"password authentication failed .*PGPASSWORD"),
        prepared("orm-read", {**SMALL, "url": f"postgresql://bench@{address}"}),
    ):
        pass


def test_password_is_neither_recorded_nor_printed(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    password = postgres.url.partition("bench:")[2].partition("@")[0]
    options = ("-b", "threading", "--rounds", "1", "--cycles", "1", "-w", "2", "-p", "authors=4", "-p", "books=2")
    done = bench(tmp_path, "run", "orm-read", "-p", f"url={postgres_url}", *options)
    assert done.returncode == 0, done.stderr
    refused = bench(tmp_path, "run", "orm-read", "-p", f"url={postgres.url}", *options)
    assert refused.returncode == 2
    assert "PGPASSWORD" in refused.stderr
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "env:DATABASE_URL" in written
    for text in (written, done.stdout, done.stderr, refused.stdout, refused.stderr):
        assert password not in text
    (run_folder,) = (tmp_path / "results").glob("2*")
    assert {row["status"] for row in rows(run_folder)} == {"ok"}


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [("", "sqlalchemy", "sqlalchemy"), ("", "aiosqlite", "sqlalchemy"), ("env:URL", "psycopg", "postgres")],
)
def test_missing_package_skips_the_case_and_names_the_extra(
    url: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URL", "postgresql://me@127.0.0.1:1/db")
    with prepared("orm-read", SMALL):
        pass  # imports the module
    library = sys.modules["_orm_library"]
    monkeypatch.setattr(library, "find_spec", lambda name: None if name == package else object())
    with (
        pytest.raises(
            TrialFailed, match=rf"{package} is not installed: pip install 'concurrency-bench\[{extra}\]'"
        ) as failed,
        prepared("orm-read", {**SMALL, "url": url}),
    ):
        pass
    assert failed.value.status is Status.SKIPPED


def test_lists_do_without_sqlalchemy() -> None:
    code = (
        "import sys\nfor name in ('sqlalchemy', 'psycopg', 'aiosqlite', 'greenlet'): sys.modules[name] = None\n"
        "sys.argv = ['bench', 'list']\nfrom bench.cli.app import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"orm-inserts", "orm-read", "file-tree"} <= set(done.stdout.split())
