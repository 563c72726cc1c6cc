"""The rows of a small library, which are the same whenever they are made: what is inserted, and what must be found."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from bench.errors import MissingPackage

TAGS = 10
SQLITE = "sqlite"

Row = dict[str, int | str]


@dataclass(frozen=True)
class Library:
    """Authors from 0, each with the same number of books, each with two of the tags."""

    authors: int
    books: int

    def author_row(self, author: int) -> Row:
        """The row of an author."""
        return {"id": author, "name": f"author {author}"}

    def book_rows(self, author: int) -> list[Row]:
        """The rows of an author's books."""
        return [
            {"id": book, "title": f"book {book}", "pages": 100 + book * 37 % 400, "author_id": author}
            for book in self._books_of(author)
        ]

    def link_rows(self, author: int) -> list[Row]:
        """The rows that give an author's books their tags."""
        return [{"book_id": book, "tag_id": tag} for book in self._books_of(author) for tag in _tags_of(book)]

    def described_books(self, author: int) -> list[tuple[str, int, list[str]]]:
        """Title, pages and tags of each of an author's books."""
        return [
            (f"book {book}", 100 + book * 37 % 400, [f"tag {tag}" for tag in sorted(_tags_of(book))])
            for book in self._books_of(author)
        ]

    def _books_of(self, author: int) -> range:
        return range(author * self.books, (author + 1) * self.books)


def tag_rows() -> list[Row]:
    """The rows of all tags."""
    return [{"id": tag, "name": f"tag {tag}"} for tag in range(TAGS)]


def _tags_of(book: int) -> Iterator[int]:
    first = book % TAGS
    yield first
    yield (first + 1 + book // TAGS % (TAGS - 1)) % TAGS


def require_packages(url: str) -> None:
    """Raise MissingPackage if one is not installed that the database at this URL needs."""
    extra = "postgres" if url else "sqlalchemy"
    for package in ("sqlalchemy", "greenlet", "psycopg" if url else "aiosqlite"):
        if find_spec(package) is None:
            raise MissingPackage.of_extra(package, extra)
