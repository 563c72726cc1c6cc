"""Read samples.csv cell by cell: slow, but it accepts any valid file and names the line and column of each error."""

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
from bench.results.columns import COLUMNS, ColumnType, InvalidSamples, check_header

UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class ParsedSamples(NamedTuple):
    """The samples, the header, and line numbers to warn about: an incomplete last line, and cells that span lines."""

    table: DataFrame
    header: list[str]
    incomplete: int | None
    multiline: list[int]


def read_strictly(path: Path) -> ParsedSamples:
    """The samples by the line that each starts on. Raises InvalidSamples, OSError; RunNotFound for an empty file."""
    with path.open("rb") as file:
        if file.read(2) in UTF_16:
            raise InvalidSamples(1, "is UTF-16; save the file as UTF-8")
    with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file, _unlimited_cell_length():
        lines = _CompleteLines(file)
        rows = _rows(lines)
        line, header = next(rows, (1, []))
        if not header:
            if lines.incomplete:
                raise InvalidSamples(lines.incomplete, "is incomplete, and there is no other line")
            raise RunNotFound(f"{path}: is empty: nothing was measured")
        check_header(line, header)
        return _collect(header, rows, lines)


class _CompleteLines:
    """The lines of a file, except a last one without a line ending: `incomplete` is its number."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = file
        self.incomplete: int | None = None

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._file, 1):
            if line.endswith(("\n", "\r")):
                yield line
            else:
                self.incomplete = number


class _Cells:
    """The cells of a column, added one by one."""

    def __init__(self, column: ColumnType) -> None:
        self.column = column
        self._numbers = array("d")
        self._codes = array("q")
        self._names: dict[str, int] = {}

    def add(self, cell: str) -> None:
        """Add a cell. Raises ValueError with the problem."""
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


def _rows(lines: _CompleteLines) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it starts on; blank lines are skipped."""
    reader = csv.reader(iter(lines), strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise InvalidSamples(start, f"is not valid CSV: {error}") from error


def _collect(header: Sequence[str], rows: Iterable[tuple[int, list[str]]], source: _CompleteLines) -> ParsedSamples:
    known = [(index, _Cells(COLUMNS[name])) for index, name in enumerate(header) if name in COLUMNS]
    lines, multiline = array("q"), []
    for line, cells in rows:
        if cells == header:
            raise InvalidSamples(line, "repeats the header, as if one file was appended to another; delete that line")
        if len(cells) != len(header):
            raise InvalidSamples(line, f"has {len(cells)} cells, but the header has {len(header)}")
        for index, column in known:
            try:
                column.add(cells[index])
            except ValueError as error:
                raise InvalidSamples(line, f"column {column.column.name}: {error}") from error
        lines.append(line)
        if any("\n" in cell or "\r" in cell for cell in cells):
            multiline.append(line)
    if not lines:
        incomplete = f"; line {source.incomplete} is incomplete" if source.incomplete else ""
        raise InvalidSamples(1, f"no sample follows: nothing was measured{incomplete}")
    cells_by_name = {column.column.name: column.all() for _, column in known}
    table = frame.table(cells_by_name, pd.Index(np.array(lines), name="line"))
    return ParsedSamples(table, list(header), source.incomplete, multiline)


@contextmanager
def _unlimited_cell_length() -> Iterator[None]:
    """Lift the csv module's global limit: columns.MAX_CELL_LENGTH applies instead, and its error names the column."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)
