"""Waiting for a lock: SQLite allows one writer at a time, whatever the backend."""

import sqlite3
import tempfile
import time
from asyncio import sleep
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from bench import Workload


class Journal(StrEnum):
    """The journal modes of SQLite that are compared."""

    WAL = "wal"
    DELETE = "delete"


class Synchronous(StrEnum):
    """How hard SQLite tries to get a commit onto the disk."""

    OFF = "off"
    NORMAL = "normal"
    FULL = "full"
    EXTRA = "extra"


class SqliteInserts(Workload):
    """Insert rows into a SQLite file, one commit per insert, with other waiting before each."""

    bound = "io"
    tags = ("database",)
    rows: int = 32
    think: float = 0.003  # seconds of other waiting per insert
    journal: Journal = Journal.WAL
    synchronous: Synchronous = Synchronous.FULL
    busy_timeout: float = 5.0  # seconds that an insert waits for the lock

    def setup(self) -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "rows.db")
            with closing(self._connect(path)) as connection:
                connection.execute("CREATE TABLE inserted (item INTEGER NOT NULL)")
            yield path

    def client(self, env: str) -> Iterator[sqlite3.Connection]:
        with closing(self._connect(env)) as connection:
            yield connection

    def items(self) -> range:
        return range(self.rows)

    def work(self, item: int, client: sqlite3.Connection) -> bool:
        time.sleep(self.think)
        return _inserted(item, client)

    async def work_async(self, item: int, client: sqlite3.Connection) -> bool:
        await sleep(self.think)
        return _inserted(item, client)  # sqlite3 blocks the event loop meanwhile

    def check(self, items: list[int], results: list[bool], env: str) -> None:
        locked = results.count(False)
        assert not locked, (
            f"database is locked: {locked} of {len(items)} inserts failed after {self.busy_timeout} s each"
        )
        with closing(self._connect(env)) as connection:
            rows = [row for (row,) in connection.execute("SELECT item FROM inserted ORDER BY item")]
            assert rows == sorted(items), f"expected each of {len(items)} items once, found {len(rows)} rows"
            connection.execute("DELETE FROM inserted")  # the next pass starts from an empty table

    def _connect(self, path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=self.busy_timeout, isolation_level=None)  # each insert commits
        connection.execute(f"PRAGMA journal_mode = {self.journal}")
        connection.execute(f"PRAGMA synchronous = {self.synchronous}")
        return connection


def _inserted(item: int, connection: sqlite3.Connection) -> bool:
    """Whether the row was inserted; the check counts a locked database, any other error is raised."""
    try:
        connection.execute("INSERT INTO inserted VALUES (?)", (item,))
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True
