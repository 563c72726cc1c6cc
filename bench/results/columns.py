"""The columns of samples.csv: which cells are valid, and their values."""

import json
import re
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from types import UnionType
from typing import get_args, get_type_hints

from bench.schema import Sample

JSON_COLUMNS = ("params", "options", "metrics")
SINCE_VERSION_2 = ("interpreter", "group", "reference_s")
SINCE_VERSION_3 = ("scaling", "metrics")
RARELY_REPEATED = ("started_at", "reason", "metrics")  # other text columns repeat the same value in many rows
WHOLE = r"(?>0|[1-9][0-9]{0,14}+)"  # possessive: backtracking could not find another match
DECIMAL = WHOLE + r"(?>\.[0-9]{1,30}+)?+(?>e[+-]?[0-9]{1,3}+)?+"  # the format of repr() for a float
NUMBER_LIMIT = 10**15  # integers below it are exact as floats
MAX_CELL_LENGTH = 131_072  # characters
MAX_JSON_DEPTH = 50


class InvalidSamples(Exception):
    """A line of samples.csv that the harness cannot have written, and the problem with it."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True)
class ColumnType:
    """A field of Sample: `kind` is int, float, str or an enumeration; an empty cell is valid only if `optional`."""

    name: str
    kind: type
    optional: bool

    @property
    def is_text(self) -> bool:
        """Whether the cells are text rather than numbers."""
        return self.kind not in (int, float)

    def number(self, cell: str) -> float:
        """The number in a cell, NaN if unknown. Raises ValueError with the problem."""
        if not cell and self.optional:
            return float("nan")
        form = WHOLE if self.kind is int else DECIMAL
        if re.fullmatch(form, cell) and (value := float(cell)) < NUMBER_LIMIT:
            return value
        kind = "integer" if self.kind is int else "number"
        raise ValueError(
            f"{quoted(cell)} is not a valid {kind}: it must be in plain digits, at least 0 and below 1e15"
            if cell
            else "is empty"
        )

    def text(self, cell: str) -> str | None:
        """The text of a cell, None if unknown. Raises ValueError with the problem."""
        if not cell:
            if self.optional:
                return None
            raise ValueError("is empty")
        if problem := _encoding_problem(cell):
            raise ValueError(problem)
        if issubclass(self.kind, StrEnum) and cell not in list(self.kind):
            raise ValueError(f"{quoted(cell)} is invalid: it must be one of {', '.join(self.kind)}")
        if self.name in JSON_COLUMNS and not _is_object(cell):
            raise ValueError(f"{quoted(cell)} is not a JSON object")
        return cell


def quoted(cell: str) -> str:
    """A cell as messages quote it: on one line, at most 60 characters of it."""
    return repr(cell if len(cell) <= 60 else cell[:57] + "...")


def is_shallow(value: object) -> bool:
    """Whether a decoded JSON value is shallow enough to be processed recursively."""
    level = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return True
    return False


def absent_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns that a header lacks because it is of an earlier format version."""
    if is_version_1(names):
        return (*SINCE_VERSION_2, *SINCE_VERSION_3)
    return () if set(SINCE_VERSION_3).intersection(names) else SINCE_VERSION_3


def is_version_1(names: Sequence[str]) -> bool:
    """Whether a header is of format version 1, which had neither groups nor labels of interpreters."""
    return not set(SINCE_VERSION_2).intersection(names)


def check_header(line: int, names: Sequence[str]) -> None:
    """Raise InvalidSamples if a required column is missing or a column occurs twice."""
    if any("\0" in name for name in names):
        raise InvalidSamples(line, "contains NUL bytes: the file is damaged or not in UTF-8; save it as UTF-8")
    for number, name in enumerate(names, 1):
        if problem := _encoding_problem(name):
            raise InvalidSamples(line, f"name of column {number}: {problem}")
    absent = absent_columns(names)
    if missing := [name for name in REQUIRED if name not in names and name not in absent]:
        raise InvalidSamples(line, f"missing column: {', '.join(missing)}")
    if repeated := [name for name in names if names.count(name) > 1]:
        raise InvalidSamples(line, f"duplicate column: {quoted(repeated[0])}")


def _encoding_problem(cell: str) -> str | None:
    if len(cell) > MAX_CELL_LENGTH:
        return f"has {len(cell)} characters; the maximum is {MAX_CELL_LENGTH}"
    if "\0" in cell:
        return f"{quoted(cell)} contains a NUL byte"
    try:
        cell.encode()
    except UnicodeEncodeError as error:  # surrogateescape turns invalid UTF-8 into surrogates
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
    columns = {}
    for name, hint in get_type_hints(Sample).items():
        optional = isinstance(hint, UnionType)
        columns[name] = ColumnType(name, get_args(hint)[0] if optional else hint, optional)
    return columns


COLUMNS = _columns()
REQUIRED = [field.name for field in fields(Sample) if field.default is MISSING]
