"""Read samples.csv as the harness writes it, with pandas' parser, which is fast but accepts many invalid files.

Therefore every row must match a pattern before it is parsed: it has as many cells as the header, and no number in a
format that the parser would read differently from Python.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import pandas as pd
from pandas import Categorical, DataFrame

from bench.results import frame
from bench.results.columns import COLUMNS, DECIMAL, NUMBER_LIMIT, WHOLE, ColumnType, InvalidSamples, check_header
from bench.results.strict_reader import ParsedSamples

BOM = b"\xef\xbb\xbf"
PRINTED = r'[^\x00-\x1f",\x7f]'
QUOTED = r'"[^\x00-\x1f"\x7f]*+(?>""[^\x00-\x1f"\x7f]*+)*+"'
MOMENT = r"[0-9T:.+-]{1,40}+"
TEXT = rf"(?>{PRINTED}++|{QUOTED})"
EXACT: dict[str, Any] = (
    {"float_precision": "round_trip"} if pd.__version__ < "3.1" else {}
)  # the only precision in later versions


def read_fast(path: Path) -> ParsedSamples | None:
    """The samples, or None if anything in the file differs from what the harness writes. Raises OSError."""
    with path.open("rb") as file:
        header = _header(file)
        if header is None:
            return None
        rows = _CheckedRows(file, _row_pattern(header))
        parsed = _parse(rows, header)
    if parsed is None or not rows.all_match or not len(parsed):
        return None
    known = [COLUMNS[name] for name in header if name in COLUMNS]
    cells_by_name: dict[str, frame.Cells] = {}
    for column in known:
        cells = parsed.pop(column.name)
        cells_by_name[column.name] = cells.array if column.is_text else cells.to_numpy(dtype=float)
    if not all(_is_valid(column, cells_by_name[column.name]) for column in known):
        return None
    after_last = rows.count + 2
    lines = pd.RangeIndex(2, after_last, name="line")
    return ParsedSamples(frame.table(cells_by_name, lines), header, after_last if rows.is_incomplete else None, [])


class _CheckedRows:
    """A file for the parser that ends before the first row that does not match the pattern or has no line ending."""

    def __init__(self, file: IO[bytes], row: re.Pattern[bytes]) -> None:
        self._file = file
        self._rows = row
        self._rest = b""
        self.all_match = True
        self.count = 0

    @property
    def is_incomplete(self) -> bool:
        """Whether the last line has no line ending."""
        return bool(self._rest)

    def read(self, size: int) -> bytes:
        """Whole rows, at most `size` bytes."""
        while self.all_match and (read := self._file.read(size - len(self._rest))):
            text = self._rest + read
            end = text.rfind(b"\n") + 1
            self._rest = text[end:]
            self.all_match = len(self._rest) < size and self._rows.fullmatch(text, 0, end) is not None
            if self.all_match and end:
                self.count += text.count(b"\n")
                return text[:end]
        self.all_match = self.all_match and b"\r" not in self._rest  # a carriage return also ends a line
        return b""

    def __iter__(self) -> Any:
        raise NotImplementedError  # pandas accepts only iterable objects as files


def _header(file: IO[bytes]) -> list[str] | None:
    line = file.readline().removeprefix(BOM)
    if not re.fullmatch(rb"[ !#-~]+\r?\n", line):  # only ASCII, no quotes
        return None
    names = line.decode().rstrip("\r\n").split(",")
    try:
        check_header(1, names)
    except InvalidSamples:
        return None
    return names


def _row_pattern(header: Sequence[str]) -> re.Pattern[bytes]:
    row = ",".join(_cell_pattern(COLUMNS.get(name)) for name in header)
    return re.compile(rf"(?>{row}\r?\n)*+".encode())


def _cell_pattern(column: ColumnType | None) -> str:
    if column is None:
        return TEXT + "?"
    form = TEXT if column.is_text else WHOLE if column.kind is int else DECIMAL
    form = MOMENT if column.name == "started_at" else form
    return f"(?>{form})?+" if column.optional else form


def _parse(rows: _CheckedRows, header: list[str]) -> DataFrame | None:
    """Numbers become int64 or float64 as pandas decides: naming the types is slower, and the formats are checked."""
    known = [name for name in header if name in COLUMNS]
    dtypes = {name: "str" if name == "started_at" else "category" for name in known if COLUMNS[name].is_text}
    source: Any = rows  # pandas accepts any object with a read() that returns bytes; its stubs do not
    try:
        parsed: DataFrame = pd.read_csv(
            source,
            header=None,
            names=header,
            usecols=known,
            dtype=dtypes,
            index_col=False,
            keep_default_na=False,
            na_values=[""],
            **EXACT,
        )
        return parsed
    except (ValueError, TypeError):  # a parser error, invalid UTF-8, or text categories that look like numbers
        return None


def _is_valid(column: ColumnType, cells: Any) -> bool:
    """Whether the harness may have written each cell, given that its format is valid."""
    unknown = not column.optional and bool(pd.isna(cells).any())
    if not column.is_text:
        return not unknown and not bool((cells >= NUMBER_LIMIT).any())
    try:
        for cell in cells.categories if isinstance(cells, Categorical) else ():
            if not isinstance(cell, str):  # if all text looks like numbers, pandas converts it: 3.10 becomes 3.1
                return False
            column.text(cell)
    except ValueError:
        return False
    return not unknown
