"""Writing to a database with SQLAlchemy: in bulk, row by row, and in transactions that are rolled back."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from _orm_library import Library, Row, require_packages, tag_rows

from bench import Workload

if TYPE_CHECKING:
    from _orm_database import Database
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
    from sqlalchemy.orm import Session, sessionmaker


class InsertStyle(StrEnum):
    """How the rows of an author are inserted."""

    BULK = "bulk"  # one statement for each table, and one commit
    SINGLE = "single"  # a statement and a commit for each row
    ROLLBACK = "rollback"  # as in bulk, but every second author's transaction fails at its end


class InsertResult(NamedTuple):
    """What became of an author's transaction, and the number of statements that were sent."""

    committed: bool
    queries: int


class OrmInserts(Workload):
    """Insert authors, each with books and their tags, with SQLAlchemy into SQLite or PostgreSQL."""

    bound = "io"
    tags = ("database", "tutorial")
    optional = True
    metrics: ClassVar[Mapping[str, str]] = {"queries": "per pass", "rows": "1/s"}
    authors: int = 32
    books: int = 8  # per author, with two tags each
    style: InsertStyle = InsertStyle.BULK
    url: str = (
        ""  # postgresql+psycopg://USER@HOST/DATABASE, or env:NAME of a variable; if empty, an SQLite file is made
    )

    @property
    def _library(self) -> Library:
        return Library(self.authors, self.books)

    def setup(self) -> Iterator["Database"]:
        require_packages(self.url)
        from _orm_database import plain_engine, throwaway_database
        from _orm_models import Tag
        from sqlalchemy import insert

        with throwaway_database(self.url) as database:
            with plain_engine(database) as engine, engine.begin() as connection:
                connection.execute(insert(Tag), tag_rows())
            yield database

    def client(self, env: "Database") -> Any:
        from _orm_database import sessions

        return sessions(env)

    def client_async(self, env: "Database") -> Any:
        from _orm_database import async_sessions

        return async_sessions(env)

    def items(self) -> range:
        return range(self.authors)

    def work(self, item: int, client: "sessionmaker[Session]") -> InsertResult:
        from _orm_database import count_queries, explained
        from sqlalchemy.exc import IntegrityError

        count = count_queries()
        with explained(), client() as session:
            try:
                for step in self._steps(item):
                    if step.added is not None:
                        session.add(step.added)
                        session.commit()
                    else:
                        session.execute(step.statement, step.rows)
                session.commit()
            except IntegrityError:
                if not self._fails(item):
                    raise
                session.rollback()
                return InsertResult(False, count[0])
        return InsertResult(True, count[0])

    async def work_async(self, item: int, client: "async_sessionmaker[AsyncSession]") -> InsertResult:
        from _orm_database import count_queries, explained
        from sqlalchemy.exc import IntegrityError

        count = count_queries()
        with explained():
            async with client() as session:
                try:
                    for step in self._steps(item):
                        if step.added is not None:
                            session.add(step.added)
                            await session.commit()
                        else:
                            await session.execute(step.statement, step.rows)
                    await session.commit()
                except IntegrityError:
                    if not self._fails(item):
                        raise
                    await session.rollback()
                    return InsertResult(False, count[0])
        return InsertResult(True, count[0])

    def check(self, items: list[int], results: list[InsertResult], env: "Database") -> None:
        from _orm_database import empty_tables, plain_engine, table_rows

        kept = [item for item in items if not self._fails(item)]
        committed = [item for item, result in zip(items, results, strict=True) if result.committed]
        assert committed == kept, f"the transactions of {committed} were committed, expected {kept}"
        library = self._library
        expected = {
            "authors": [library.author_row(author) for author in kept],
            "books": [row for author in kept for row in library.book_rows(author)],
            "book_tags": [row for author in kept for row in library.link_rows(author)],
        }
        with plain_engine(env) as engine, engine.begin() as connection:
            for table, rows in expected.items():
                found = table_rows(connection, table)
                assert found == sorted(tuple(row.values()) for row in rows), (
                    f"the rows in {table} are not those that were inserted: found {len(found)}, expected {len(rows)}"
                )
            empty_tables(connection, expected)  # the next pass starts from empty tables

    def compute_metrics(self, items: list[int], results: list[InsertResult], elapsed_s: float) -> Mapping[str, float]:
        rows = sum(result.committed for result in results) * (1 + 3 * self.books)
        return {"queries": sum(result.queries for result in results), "rows": rows / elapsed_s}

    def _fails(self, author: int) -> bool:
        """Whether the author's transaction ends with a row that the database refuses."""
        return self.style is InsertStyle.ROLLBACK and author % 2 == 1

    def _steps(self, author: int) -> Iterator["_Step"]:
        """What is sent for an author: a row at a time, or a table at a time."""
        from _orm_models import Author, Book, BookTag
        from sqlalchemy import insert

        row, books = self._library.author_row(author), self._library.book_rows(author)
        links = self._library.link_rows(author)
        if self.style is InsertStyle.SINGLE:
            yield _Step(added=Author(**row))
            yield from (_Step(added=Book(**book)) for book in books)
            yield from (_Step(added=BookTag(**link)) for link in links)
            return
        yield _Step(insert(Author), [row])
        yield _Step(insert(Book), books)
        yield _Step(insert(BookTag), links)
        if self._fails(author):
            yield _Step(insert(Author), [row])  # its key is taken


class _Step(NamedTuple):
    """A statement with its rows, or an object that is added and committed."""

    statement: Any = None
    rows: list[Row] | None = None
    added: Any = None
