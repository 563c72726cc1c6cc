"""samples.csv as the harness writes it, by pandas' own parser, which is fast but takes much that is no such file.

So every row is held against a pattern before it is parsed: with as many cells as the header, and with no form of number
that the parser would read in another way than Python does.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import pandas as pd
from pandas import Categorical, DataFrame

from bench.results import frame
from bench.results.columns import COLUMNS, DECIMAL, MOST, WHOLE, BadCell, ColumnType, check_header
from bench.results.strict_reader import ParsedSamples

BOM = b"\xef\xbb\xbf"
PRINTED = r'[^\x00-\x1f",\x7f]'
QUOTED = r'"[^\x00-\x1f"\x7f]*+(?>""[^\x00-\x1f"\x7f]*+)*+"'
MOMENT = r"[0-9T:.+-]{1,40}+"
TEXT = rf"(?>{PRINTED}++|{QUOTED})"
EXACT: dict[str, Any] = {"float_precision": "round_trip"} if pd.__version__ < "3.1" else {}  # later the only precision


def read_fast(path: Path) -> ParsedSamples | None:
    """The samples, or None where anything in the file is not as the harness writes it. Raises OSError."""
    with path.open("rb") as file:
        header = _header(file)
        if header is None:
            return None
        rows = _CheckedRows(file, _row_pattern(header))
        parsed = _parse(rows, header)
    if parsed is None or not rows.alike or not len(parsed):
        return None
    known = [COLUMNS[name] for name in header if name in COLUMNS]
    found: dict[str, frame.Cells] = {}
    for column in known:
        cells = parsed.pop(column.name)
        found[column.name] = cells.array if column.is_text else cells.to_numpy(dtype=float)
    if not all(_is_right(column, found[column.name]) for column in known):
        return None
    beyond = rows.count + 2
    lines = pd.RangeIndex(2, beyond, name="line")
    return ParsedSamples(frame.table(found, lines), header, beyond if rows.torn else None, [])


class _CheckedRows:
    """A file for the parser that ends before the first row which is not like the pattern, or has no line ending."""

    def __init__(self, file: IO[bytes], row: re.Pattern[bytes]) -> None:
        self._file = file
        self._rows = row
        self._rest = b""
        self.alike = True
        self.count = 0

    @property
    def torn(self) -> bool:
        """Whether something was left over."""
        return bool(self._rest)

    def read(self, size: int) -> bytes:
        """Whole rows, at most so many bytes."""
        while self.alike and (read := self._file.read(size - len(self._rest))):
            text = self._rest + read
            end = text.rfind(b"\n") + 1
            self._rest = text[end:]
            self.alike = len(self._rest) < size and self._rows.fullmatch(text, 0, end) is not None
            if self.alike and end:
                self.count += text.count(b"\n")
                return text[:end]
        self.alike = self.alike and b"\r" not in self._rest  # which ends a line as well
        return b""

    def __iter__(self) -> Any:
        raise NotImplementedError  # pandas takes only what looks iterable for a file


def _header(file: IO[bytes]) -> list[str] | None:
    line = file.readline().removeprefix(BOM)
    if not re.fullmatch(rb"[ !#-~]+\r?\n", line):  # no quotes, nothing but ASCII
        return None
    names = line.decode().rstrip("\r\n").split(",")
    try:
        check_header(1, names)
    except BadCell:
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
    """Numbers as int64 or float64, as pandas finds: to tell it which makes it slower, and their forms are checked."""
    known = [name for name in header if name in COLUMNS]
    dtypes = {name: "str" if name == "started_at" else "category" for name in known if COLUMNS[name].is_text}
    source: Any = rows  # pandas reads bytes of whatever has a method read(), which its stubs do not know
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
    except (ValueError, TypeError):  # a parser's error, no UTF-8, or categories of text that looks like numbers
        return None


def _is_right(column: ColumnType, cells: Any) -> bool:
    """Whether each cell is one that the harness may have written; its form is known to be."""
    unknown = not column.optional and bool(pd.isna(cells).any())
    if not column.is_text:
        return not unknown and not bool((cells >= MOST).any())
    try:
        for cell in cells.categories if isinstance(cells, Categorical) else ():
            if not isinstance(cell, str):  # where all text looks like numbers, pandas makes numbers of it: 3.1 of 3.10
                return False
            column.text(cell)
    except ValueError:
        return False
    return not unknown
