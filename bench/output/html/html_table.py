"""Tables as the page needs them: what each cell says, and what it is sorted by."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HtmlColumn:
    """A heading, and what stands smaller below it; figures stand flush right and are sorted by value."""

    heading: str
    below: str = ""
    numeric: bool = True


@dataclass(frozen=True)
class HtmlCell:
    """`value` is what the row is sorted by in this column, empty where it is not known: last in either direction.

    `not_ok` marks what tells of a failure.
    """

    text: str
    value: str = ""
    not_ok: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """A table under its caption; `rest` says what of it is not shown, if anything."""

    caption: str
    columns: Sequence[HtmlColumn]
    rows: Sequence[Sequence[HtmlCell]]
    rest: str = ""


def number(text: str, value: float | None) -> HtmlCell:
    """A figure."""
    return HtmlCell(text, "" if value is None else repr(value))


def word(text: str, not_ok: bool = False) -> HtmlCell:
    """Text, sorted as it is read."""
    return HtmlCell(text, text, not_ok)
