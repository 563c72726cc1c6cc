"""trace.csv: what the workers of traced passes did when, one row a worker's start or an item."""

import csv
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from bench.errors import RecordError
from bench.schema import Span

FILE_NAME = "trace.csv"
COLUMNS = tuple(field.name for field in fields(Span))


def begin(folder: Path) -> None:
    """A file with nothing but its header, in place of one of an earlier attempt. Raises RecordError."""
    _write(folder / FILE_NAME, "w", [COLUMNS])


def append(folder: Path, spans: Iterable[Span]) -> None:
    """Write the spans of one traced pass. Raises RecordError."""
    _write(folder / FILE_NAME, "a", ([getattr(span, name) for name in COLUMNS] for span in spans))


def _write(path: Path, mode: str, rows: Iterable[Iterable[object]]) -> None:
    try:
        with path.open(mode, newline="", encoding="utf-8", errors="backslashreplace") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
