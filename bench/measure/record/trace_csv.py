"""trace.csv: what the workers of traced passes did when, one row per start of a worker and per item."""

import csv
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from bench.errors import RecordError
from bench.schema import TRACE_CSV, Span

COLUMNS = tuple(field.name for field in fields(Span))


def begin(folder: Path) -> None:
    """Write a file with only its header, in place of one from an earlier attempt. Raises RecordError."""
    _write(folder / TRACE_CSV, "w", [COLUMNS])


def append(folder: Path, spans: Iterable[Span]) -> None:
    """Write the spans of one traced pass. Raises RecordError."""
    _write(folder / TRACE_CSV, "a", ([getattr(span, name) for name in COLUMNS] for span in spans))


def _write(path: Path, mode: str, rows: Iterable[Iterable[object]]) -> None:
    try:
        with path.open(mode, newline="", encoding="utf-8", errors="backslashreplace") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
