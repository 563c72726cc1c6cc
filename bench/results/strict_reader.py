"""samples.csv cell by cell: slow, reads whatever can be read rightly, and names the place of what cannot."""

import csv
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame

from bench.errors import RunNotFound
from bench.results import frame
from bench.results.columns import COLUMNS, BadCell, ColumnType, check_header

UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class ParsedSamples(NamedTuple):
    """The samples, the file's header, and lines to be warned of: one that was cut short, and cells of several lines."""

    table: DataFrame
    header: list[str]
    torn: int | None
    broken: list[int]


def read_exactly(path: Path) -> ParsedSamples:
    """The samples by the line that each begins on. Raises BadCell, OSError, and RunNotFound where there is none."""
    with path.open("rb") as file:
        if file.read(2) in UTF_16:
            raise BadCell(1, "is UTF-16; save the file as UTF-8")
    with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file, _cells_of_any_length():
        whole = _WholeLines(file)
        rows = _rows(whole)
        line, header = next(rows, (1, []))
        if not header:
            if whole.torn:
                raise BadCell(whole.torn, "is cut short, and there is no other")
            raise RunNotFound(f"{path}: is empty: nothing was measured")
        check_header(line, header)
        return _collect(header, rows, whole)


class _WholeLines:
    """The lines of a file, but for a last one without its ending: `torn` is its number."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = file
        self.torn: int | None = None

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._file, 1):
            if line.endswith(("\n", "\r")):
                yield line
            else:
                self.torn = number


class _Cells:
    """A column that grows."""

    def __init__(self, column: ColumnType) -> None:
        self.column = column
        self._numbers = array("d")
        self._codes = array("q")
        self._names: dict[str, int] = {}

    def add(self, cell: str) -> None:
        """Raises ValueError, which says what is wrong with it."""
        if not self.column.is_text:
            self._numbers.append(self.column.number(cell))
            return
        code = self._names.get(cell)
        if code is None:
            code = -1 if self.column.text(cell) is None else self._names.setdefault(cell, len(self._names))
        self._codes.append(code)

    def all(self) -> frame.Cells:
        if self.column.is_text:
            return frame.category(np.array(self._codes), list(self._names))
        return np.array(self._numbers)


def _rows(lines: _WholeLines) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on; blank lines are none."""
    reader = csv.reader(iter(lines), strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadCell(begins, f"is not valid CSV: {error}") from error


def _collect(header: Sequence[str], rows: Iterable[tuple[int, list[str]]], whole: _WholeLines) -> ParsedSamples:
    known = [(place, _Cells(COLUMNS[name])) for place, name in enumerate(header) if name in COLUMNS]
    lines, broken = array("q"), []
    for line, cells in rows:
        if cells == header:
            raise BadCell(line, "is the header again, as where one file was appended to another; take that line out")
        if len(cells) != len(header):
            raise BadCell(line, f"has {len(cells)} cells, but the header has {len(header)}")
        for place, column in known:
            try:
                column.add(cells[place])
            except ValueError as error:
                raise BadCell(line, f"column {column.column.name}: {error}") from error
        lines.append(line)
        if any("\n" in cell or "\r" in cell for cell in cells):
            broken.append(line)
    if not lines:
        cut = f"; line {whole.torn} is cut short" if whole.torn else ""
        raise BadCell(1, f"no sample follows it: nothing was measured{cut}")
    found = {column.column.name: column.all() for _, column in known}
    return ParsedSamples(frame.table(found, pd.Index(np.array(lines), name="line")), list(header), whole.torn, broken)


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """The module knows only a limit for all its readers; columns.LONGEST is one that tells the column as well."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)
