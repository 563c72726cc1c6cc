"""Tables as the page needs them: what each cell says, and what it is sorted by."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A heading, and what stands smaller below it; figures stand flush right and are sorted by value."""

    heading: str
    below: str = ""
    numeric: bool = True


@dataclass(frozen=True)
class Cell:
    """`value` is what the row is sorted by in this column, empty where it is not known: last in either direction."""

    text: str
    value: str = ""


@dataclass(frozen=True)
class Grid:
    """A table under its caption. `not_ok` has the places of rows that tell of something that is not ok."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    not_ok: frozenset[int] = frozenset()


def number(text: str, value: float | None) -> Cell:
    """A figure."""
    return Cell(text, "" if value is None else repr(value))


def word(text: str) -> Cell:
    """Text, sorted as it is read."""
    return Cell(text, text)
