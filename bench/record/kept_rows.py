"""Reading back what a run that was cut off has measured: whole rows, and what of a torn one is there."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.errors import CannotResume
from bench.record.samples_csv import COLUMNS, FILE_NAME

Row = Mapping[str, str]


@dataclass(frozen=True)
class KeptRows:
    """The whole rows of a samples.csv, how many bytes they are with the header, and the torn row after them, if any."""

    rows: Sequence[Row]
    size: int
    torn: bytes


def read(folder: Path) -> KeptRows:
    """A row is whole when its line has an end: rows are appended by one write each. Raises CannotResume."""
    path = folder / FILE_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotResume(f"{path}: cannot be read: {error.strerror or error}") from error
    size = data.rfind(b"\n") + 1
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data[:size]), encoding="utf-8", newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            raise CannotResume(f"{path}: its columns are not those that are written now: measure anew")
        return KeptRows([_row(cells) for cells in reader], size, data[size:])
    except (csv.Error, ValueError) as error:
        raise CannotResume(f"{path}: line {reader.line_num}: {error}") from error


def _row(cells: Sequence[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"has {len(cells)} cells where the header has {len(COLUMNS)}")
    return dict(zip(COLUMNS, cells, strict=True))


def spent_s(rows: Iterable[Row], began: Sequence[str]) -> float:
    """The seconds that were spent on rows, by a run that began, and was gone on with, at these times (ISO 8601).

    Each stretch ends with its last row, as far as is known: what was in flight when it was cut off is not counted.
    Raises ValueError.
    """
    starts = [_moment(text) for text in began]
    ends = list(starts)
    for row in rows:
        ended = _moment(row["started_at"]) + timedelta(seconds=float(row["elapsed_s"] or 0))
        stretch = max((number for number, start in enumerate(starts) if start <= ended), default=0)
        ends[stretch] = max(ends[stretch], ended)
    return sum((end - start).total_seconds() for start, end in zip(starts, ends, strict=True))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
