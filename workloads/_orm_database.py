"""A database for one trial: an SQLite file, or a schema of its own on a PostgreSQL server; and engines for both.

The schema is dropped when the trial ends. Its name is locked on the server for as long as the trial is alive; if the
trial is killed, the next one that uses the server finds a schema that nobody has locked, and drops it.
"""

import secrets
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

from _orm_library import SQLITE
from _orm_models import Base
from sqlalchemy import Connection, Engine, create_engine, delete, event, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool, QueuePool

POSTGRES = "postgresql+psycopg"
SCHEMA = "concurrency_bench_"
BUSY_S = 30  # that SQLite waits for its lock
CONNECT_S = 10
DROP_S = 10  # that a schema is waited for until nobody uses it

_NO_MORE_CONNECTIONS = "the server allows no more connections: use fewer workers, or raise its max_connections"
_GIVE_PASSWORD = "set PGPASSWORD, use ~/.pgpass, or give the whole URL in a variable: url=env:NAME"
HINTS = {
    "too many clients": _NO_MORE_CONNECTIONS,
    "connection slots are reserved": _NO_MORE_CONNECTIONS,
    "deadlock detected": "two transactions waited for each other, so the server ended one",
    "database is locked": f"an insert waited {BUSY_S} s for its turn",
    "disk is full": "set TMPDIR to a folder with more free space",
    "No space left on device": "the server's disk is full",
    "no password supplied": _GIVE_PASSWORD,
    "password authentication failed": _GIVE_PASSWORD,
    "server closed the connection": "the server was stopped",
    "terminating connection": "the server was stopped",
    "cannot exit pipeline mode": "the connection was lost",
    "Connection refused": "no server is there",
}


class DatabaseFailed(Exception):
    """The database refused or was lost, for the reason in the message."""


class Database(NamedTuple):
    """Where the tables are: a URL, which may hold a password, and the schema on a PostgreSQL server."""

    url: str
    schema: str


@contextmanager
def throwaway_database(url: str) -> Iterator[Database]:
    """Empty tables that exist until the end: in an SQLite file if there is no URL, else on a PostgreSQL server."""
    if not url:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"{SQLITE}:///{Path(folder, 'library.db')}", "")
            _create_tables(database)
            yield database
        return
    with explained(), _schema(_server_url(url)) as database:
        _create_tables(database)
        yield database


def _server_url(text: str) -> str:
    """A PostgreSQL URL with the driver that all backends use. Raises ValueError."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError(f"url: not a URL of a database; for example {POSTGRES}://USER@HOST/DATABASE") from None
    if url.drivername not in ("postgres", "postgresql", POSTGRES):
        raise ValueError(f"url: {url.drivername}:// is not supported; use {POSTGRES}://, or leave it out for SQLite")
    return url.set(drivername=POSTGRES).render_as_string(hide_password=False)


@contextmanager
def _schema(url: str) -> Iterator[Database]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_connect_args(url, ""))
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{DROP_S}s'"))
        _drop_abandoned(connection)
        name = f"{SCHEMA}{secrets.token_hex(8)}"
        connection.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": name})
        connection.execute(text(f"CREATE SCHEMA {name}"))
        try:
            yield Database(url, name)
        finally:
            _drop(connection, name)


def _drop_abandoned(connection: Connection) -> None:
    """Drop the schemas of trials that were killed: those that nobody has locked."""
    mine = "SELECT nspname FROM pg_namespace WHERE nspname ~ :pattern AND nspowner = current_user::regrole"
    for name in connection.scalars(text(mine), {"pattern": f"^{SCHEMA}[0-9a-f]{{16}}$"}).all():
        if connection.scalar(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": name}):
            _drop(connection, name)
            connection.execute(text("SELECT pg_advisory_unlock(hashtext(:name))"), {"name": name})


def _drop(connection: Connection, name: str) -> None:
    connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))


def _create_tables(database: Database) -> None:
    with plain_engine(database) as engine:
        Base.metadata.create_all(engine)


@contextmanager
def plain_engine(database: Database) -> Iterator[Engine]:
    """An engine with one connection, for what is not timed."""
    with explained():
        engine = _configured(create_engine(**_settings(database), poolclass=QueuePool, pool_size=1, max_overflow=0))
        try:
            yield engine
        finally:
            engine.dispose()


def table_rows(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    """All rows of a table, sorted."""
    return sorted(tuple(row) for row in connection.execute(select(Base.metadata.tables[name])))


def empty_tables(connection: Connection, names: Iterable[str]) -> None:
    """Remove all rows of tables, and of PostgreSQL's also what is left of rows that are removed."""
    tables = [table for table in reversed(Base.metadata.sorted_tables) if table.name in set(names)]
    if connection.dialect.name == SQLITE:
        for table in tables:
            connection.execute(delete(table))
    else:
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))


@contextmanager
def sessions(database: Database) -> Iterator[sessionmaker[Session]]:
    """The sessions of one worker, on one connection that is open; their queries are counted."""
    with plain_engine(database) as engine:
        _count_queries_of(engine)
        engine.connect().close()
        yield sessionmaker(engine)


@asynccontextmanager
async def async_sessions(database: Database) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """The sessions of coroutines: each has a connection of its own, so there are as many as items in flight."""
    settings = _settings(database)
    settings["url"] = settings["url"].replace(f"{SQLITE}:", f"{SQLITE}+aiosqlite:", 1)
    engine: AsyncEngine = create_async_engine(**settings, poolclass=AsyncAdaptedQueuePool, pool_size=0)  # no limit
    _configured(engine.sync_engine)
    _count_queries_of(engine.sync_engine)
    try:
        with explained():
            async with engine.connect():
                pass
        yield async_sessionmaker(engine)
    finally:
        await engine.dispose()


def _settings(database: Database) -> dict[str, Any]:
    return {"url": database.url, "connect_args": _connect_args(database.url, database.schema)}


def _connect_args(url: str, schema: str) -> dict[str, Any]:
    if url.startswith(SQLITE):
        return {"timeout": BUSY_S}
    options = {"options": f"-csearch_path={schema}"} if schema else {}
    return {"connect_timeout": CONNECT_S, "application_name": "concurrency-bench", **options}


def _configured(engine: Engine) -> Engine:
    """Let SQLite check foreign keys, and let it read while it writes."""
    if engine.dialect.name == SQLITE:

        @event.listens_for(engine, "connect")
        def configure(connection: Any, record: Any) -> None:
            cursor = connection.cursor()
            for setting in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
                cursor.execute(f"PRAGMA {setting}")
            cursor.close()

    return engine


_counted: ContextVar[list[int]] = ContextVar("_counted")


def count_queries() -> list[int]:
    """A count in a list, which from now on rises with each statement that this thread or task sends."""
    count = [0]
    _counted.set(count)
    return count


def _count_queries_of(engine: Engine) -> None:
    """Listen where statements are handed to the driver: listening further up seemed to cost a short query more."""
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, name, _count)


def _count(*_: Any) -> None:
    if count := _counted.get(None):
        count[0] += 1


@contextmanager
def explained() -> Iterator[None]:
    """Turn an error of the database into one line that a person can act on, without the statement."""
    try:
        yield
    except DBAPIError as error:
        message = str(error.orig).strip()
        first_line = message.partition("\n")[0]
        if not first_line.endswith(":"):  # it does if each attempt to connect has a line of its own
            message = first_line
        hint = next((f" ({hint})" for sign, hint in HINTS.items() if sign in message), "")
        raise DatabaseFailed(message + hint) from error
