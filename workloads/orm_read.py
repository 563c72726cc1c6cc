"""Reading from a database with SQLAlchemy: the same relation loaded lazily, or all of it at once."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from _orm_library import Library, require_packages, tag_rows

from bench import Workload

if TYPE_CHECKING:
    from _orm_database import Database
    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
    from sqlalchemy.orm import Session, sessionmaker


class Loading(StrEnum):
    """How the tags of an author's books are loaded."""

    LAZY = "lazy"  # when they are asked for: a query for the books, and one for each book
    SELECTIN = "selectin"  # with the books: two queries


class ReadResult(NamedTuple):
    """Title, pages and tags of each book, and the number of statements that were sent."""

    books: list[tuple[str, int, list[str]]]
    queries: int


class OrmRead(Workload):
    """Read the books of authors, with their tags, with SQLAlchemy from SQLite or PostgreSQL."""

    bound = "io"
    tags = ("database", "tutorial")
    optional = True
    metrics: ClassVar[Mapping[str, str]] = {"queries": "per pass", "books": "1/s"}
    authors: int = 64
    books: int = 8  # per author, with two tags each
    loading: Loading = Loading.LAZY
    url: str = (
        ""  # postgresql+psycopg://USER@HOST/DATABASE, or env:NAME of a variable; if empty, an SQLite file is made
    )

    @property
    def _library(self) -> Library:
        return Library(self.authors, self.books)

    def setup(self) -> Iterator["Database"]:
        require_packages(self.url)
        from _orm_database import plain_engine, throwaway_database
        from _orm_models import Author, Book, BookTag, Tag
        from sqlalchemy import insert

        library, authors = self._library, range(self.authors)
        with throwaway_database(self.url) as database:
            with plain_engine(database) as engine, engine.begin() as connection:
                connection.execute(insert(Tag), tag_rows())
                connection.execute(insert(Author), [library.author_row(author) for author in authors])
                connection.execute(insert(Book), [row for author in authors for row in library.book_rows(author)])
                connection.execute(insert(BookTag), [row for author in authors for row in library.link_rows(author)])
            yield database

    def client(self, env: "Database") -> Any:
        from _orm_database import sessions

        return sessions(env)

    def client_async(self, env: "Database") -> Any:
        from _orm_database import async_sessions

        return async_sessions(env)

    def items(self) -> range:
        return range(self.authors)

    def work(self, item: int, client: "sessionmaker[Session]") -> ReadResult:
        from _orm_database import count_queries, explained

        count = count_queries()
        with explained(), client() as session:
            books = session.scalars(self._books_of(item)).all()
            found = [(book.title, book.pages, [tag.name for tag in book.tags]) for book in books]
        return ReadResult(found, count[0])

    async def work_async(self, item: int, client: "async_sessionmaker[AsyncSession]") -> ReadResult:
        from _orm_database import count_queries, explained

        count = count_queries()
        with explained():
            async with client() as session:
                books = (await session.scalars(self._books_of(item))).all()
                if self.loading is Loading.LAZY:
                    for book in books:
                        await book.awaitable_attrs.tags
                found = [(book.title, book.pages, [tag.name for tag in book.tags]) for book in books]
        return ReadResult(found, count[0])

    def check(self, items: list[int], results: list[ReadResult], env: "Database") -> None:
        library = self._library
        for author, result in zip(items, results, strict=True):
            expected = library.described_books(author)
            assert result.books == expected, f"author {author}: got {result.books}, expected {expected}"

    def compute_metrics(self, items: list[int], results: list[ReadResult], elapsed_s: float) -> Mapping[str, float]:
        books = sum(len(result.books) for result in results)
        return {"queries": sum(result.queries for result in results), "books": books / elapsed_s}

    def _books_of(self, author: int) -> "Select[Any]":
        from _orm_models import Book
        from sqlalchemy import select
        from sqlalchemy.orm import selectinload

        query = select(Book).where(Book.author_id == author).order_by(Book.id)
        return query.options(selectinload(Book.tags)) if self.loading is Loading.SELECTIN else query
