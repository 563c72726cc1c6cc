"""The columns of samples.csv: which text a cell may hold, and the value that it stands for."""

import json
import re
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from types import UnionType
from typing import get_args, get_type_hints

from bench.schema import Sample

JSON_COLUMNS = ("params", "options")
SELDOM_TWICE = ("started_at", "reason")  # all other text is the same in many rows
WHOLE = r"(?>0|[1-9][0-9]{0,14}+)"  # possessive, since no other way of reading it could match
DECIMAL = WHOLE + r"(?>\.[0-9]{1,30}+)?+(?>e[+-]?[0-9]{1,3}+)?+"  # what repr() makes of a float, and no other form
MOST = 10**15  # below it, every whole number is exact as a float
LONGEST = 131_072  # letters of a cell
DEEPEST = 50  # levels of JSON


class BadCell(Exception):
    """What the harness cannot have written: in which line, and what is wrong with it."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what


@dataclass(frozen=True)
class ColumnType:
    """A field of Sample: `kind` is int, float, str or an enumeration; where `optional`, an empty cell is unknown."""

    name: str
    kind: type
    optional: bool

    @property
    def is_text(self) -> bool:
        """Whether the cells are text, and no numbers."""
        return self.kind not in (int, float)

    def number(self, cell: str) -> float:
        """The cell's number, NaN where unknown. Raises ValueError, which says what is wrong."""
        if not cell and self.optional:
            return float("nan")
        form = WHOLE if self.kind is int else DECIMAL
        if re.fullmatch(form, cell) and (value := float(cell)) < MOST:
            return value
        what = f"is not a {'whole ' * (self.kind is int)}number of at least 0 and below 1e15, in plain digits"
        raise ValueError(f"{shown(cell)} {what}" if cell else "is empty")

    def text(self, cell: str) -> str | None:
        """The cell's text, None where unknown. Raises ValueError, which says what is wrong."""
        if not cell:
            if self.optional:
                return None
            raise ValueError("is empty")
        if wrong := _damage(cell):
            raise ValueError(wrong)
        if issubclass(self.kind, StrEnum) and cell not in list(self.kind):
            raise ValueError(f"{shown(cell)} is none of {', '.join(self.kind)}")
        if self.name in JSON_COLUMNS and not _is_object(cell):
            raise ValueError(f"{shown(cell)} is not a JSON object")
        return cell


def shown(cell: str) -> str:
    """The cell for a message: on one line, in quotes, at most 60 letters of it."""
    return repr(cell if len(cell) <= 60 else cell[:57] + "...")


def is_shallow(value: object) -> bool:
    """Whether what JSON gave is nested so little that any function may walk through it."""
    level = [value]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return True
    return False


def check_header(line: int, names: Sequence[str]) -> None:
    """Raise BadCell where a column that every sample has is missing, or where one is there twice."""
    if any("\0" in name for name in names):
        raise BadCell(line, "holds NUL bytes: the file is damaged, or in another encoding; save it as UTF-8")
    for place, name in enumerate(names, 1):
        if wrong := _damage(name):
            raise BadCell(line, f"name of column {place}: {wrong}")
    if missing := [name for name in REQUIRED if name not in names]:
        raise BadCell(line, f"there is no column {', '.join(missing)}")
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadCell(line, f"there is more than one column {shown(twice[0])}")


def _damage(cell: str) -> str | None:
    if len(cell) > LONGEST:
        return f"holds {len(cell)} letters, more than {LONGEST}"
    if "\0" in cell:
        return f"{shown(cell)} holds a NUL byte"
    try:
        cell.encode()
    except UnicodeEncodeError as error:  # surrogateescape keeps what is no UTF-8 as a surrogate
        return f"byte 0x{ord(cell[error.start]) & 0xFF:02x} is not UTF-8; save the file as UTF-8"
    return None


def _is_object(cell: str) -> bool:
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and is_shallow(values)


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _columns() -> dict[str, ColumnType]:
    found = {}
    for name, hint in get_type_hints(Sample).items():
        optional = isinstance(hint, UnionType)
        found[name] = ColumnType(name, get_args(hint)[0] if optional else hint, optional)
    return found


COLUMNS = _columns()
REQUIRED = [field.name for field in fields(Sample) if field.default is MISSING]
