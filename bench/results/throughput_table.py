"""Read a table of throughputs that a user measured with another tool, such as a load test."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import TableError

WORKERS, THROUGHPUT = "workers", "throughput"
MOST_WORKERS = 10**9
MOST_BYTES = 10_000_000
RANGE = 1e100  # a throughput lies between its inverse and this: beyond, a fit would overflow


@dataclass(frozen=True)
class Throughput:
    """Work per time that a number of workers achieved, in any unit."""

    workers: int
    throughput: float


def read_throughputs(path: Path) -> list[Throughput]:
    """The rows of a CSV file with the columns `workers` and `throughput`, in their order; others are ignored.

    Raises TableError, which names the file and the line.
    """
    rows = _rows(path)
    number, header = next(rows, (1, []))
    names = [cell.strip().lower() for cell in header]
    for name in (WORKERS, THROUGHPUT):
        if names.count(name) != 1:
            found = ", ".join(cell.strip() for cell in header) or "nothing"
            problem = "two columns" if name in names else "no column"
            raise TableError(
                f"{path}:{number}: {problem} {name!r}; the first line must name the columns "
                f"{WORKERS},{THROUGHPUT}, and has {_shortened(found)}"
            )
    places = names.index(WORKERS), names.index(THROUGHPUT)
    points = [_throughput(f"{path}:{line}", row, len(header), places) for line, row in rows]
    if not points:
        raise TableError(f"{path}: no rows below the header")
    return points


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with the number of the line that each ends on."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise TableError(f"{path}:{reader.line_num}: not valid CSV: {error}") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_BYTES:
        raise TableError(f"{path}: larger than {MOST_BYTES // 10**6} MB, which is no table of throughputs")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TableError(f"{path}:{line}: not UTF-8 text: byte {content[error.start]:#04x}") from error


def _throughput(where: str, row: Sequence[str], width: int, places: tuple[int, int]) -> Throughput:
    if len(row) != width:
        raise TableError(f"{where}: {len(row)} cells, but the header has {width}")
    workers, throughput = (row[place].strip() for place in places)
    if not (workers.isascii() and workers.isdigit() and 0 < int(workers[:11]) <= MOST_WORKERS):
        raise TableError(f"{where}: workers {_shortened(workers)!r}: expected a positive integer")
    try:
        value = float(throughput)
    except ValueError:
        value = math.nan
    if not 1 / RANGE < value < RANGE:  # which nan is not, either
        raise TableError(f"{where}: throughput {_shortened(throughput)!r}: expected a positive number")
    return Throughput(int(workers), value)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
