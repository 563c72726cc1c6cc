"""Tables of the page: the text of each cell, and the value it is sorted by."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HtmlColumn:
    """A heading with a smaller line below it; numeric columns are right-aligned and sorted by value."""

    heading: str
    below: str = ""
    numeric: bool = True


@dataclass(frozen=True)
class HtmlCell:
    """`value` is the sort key of the row in this column; unknown is empty and sorts last in either direction.

    `not_ok` marks a failure.
    """

    text: str
    value: str = ""
    not_ok: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """A table with its caption; `rest` says how many rows are not shown, if any."""

    caption: str
    columns: Sequence[HtmlColumn]
    rows: Sequence[Sequence[HtmlCell]]
    rest: str = ""


def number(text: str, value: float | None) -> HtmlCell:
    """A cell with a number."""
    return HtmlCell(text, "" if value is None else repr(value))


def word(text: str, not_ok: bool = False) -> HtmlCell:
    """A cell with text, sorted alphabetically."""
    return HtmlCell(text, text, not_ok)
