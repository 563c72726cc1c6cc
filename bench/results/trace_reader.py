"""Read trace.csv, the spans of traced passes; errors name the line and the column."""

import csv
import json
import math
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

from bench.errors import RunNotFound
from bench.schema import TRACE_CSV, Span

JSON_COLUMNS = ("params", "options")


def read_trace(folder: Path) -> list[Span]:
    """All spans of a run's trace, in file order; empty if it has no trace.csv. Raises RunNotFound."""
    path = folder / TRACE_CSV
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            return _spans(path, [(reader.line_num, cells) for cells in reader if cells])
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise RunNotFound(f"{path}: is not UTF-8: {error.reason}") from error
    except csv.Error as error:
        raise RunNotFound(f"{path}: line {reader.line_num}: is not valid CSV: {error}") from error
    except OSError as error:
        raise RunNotFound(f"{path}: cannot be read: {error.strerror or error}") from error


def _spans(path: Path, rows: list[tuple[int, list[str]]]) -> list[Span]:
    columns = [field.name for field in fields(Span)]
    if not rows:
        raise RunNotFound(f"{path}: is empty; delete the file to ignore it")
    line, header = rows[0]
    absent = ("interpreter",) if "interpreter" not in header else ()  # as in format version 1
    if missing := [name for name in columns if header.count(name) != 1 and name not in absent]:
        raise RunNotFound(f"{path}: line {line}: expected exactly one column {missing[0]}")
    spans = []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            raise RunNotFound(f"{path}: line {line}: has {len(cells)} cells, but the header has {len(header)}")
        try:
            named = dict(zip(header, cells, strict=True))
            spans.append(_span({"interpreter": named["python"], **named}))
        except ValueError as error:
            raise RunNotFound(f"{path}: line {line}: {error}") from error
    return spans


def _span(cells: dict[str, str]) -> Span:
    """Parse one row. Raises ValueError, which names the column."""
    facts = {name: _typed(name, cells[name], hint) for name, hint in get_type_hints(Span).items()}
    span = Span(**facts)
    if span.workers < 1:
        raise ValueError("column workers: must be at least 1")
    if span.ended_s < span.began_s:
        raise ValueError("column ended_s: is before began_s")
    return span


def _typed(name: str, cell: str, hint: Any) -> Any:
    """A cell as its column's type; None if it is optional and empty. Raises ValueError."""
    optional = isinstance(hint, UnionType)
    kind = get_args(hint)[0] if optional else hint
    if not cell.strip():
        if optional:
            return None
        raise ValueError(f"column {name} is empty")
    try:
        return _of_kind(name, cell, kind)
    except (ValueError, RecursionError):
        raise ValueError(f"column {name}: {cell[:60]!r} {_expected(name, kind)}") from None


def _of_kind(name: str, cell: str, kind: Any) -> Any:
    if name in JSON_COLUMNS and not isinstance(json.loads(cell), dict):
        raise ValueError
    value = kind(cell)
    if kind in (int, float) and not (math.isfinite(value) and value >= 0):
        raise ValueError
    return value


def _expected(name: str, kind: Any) -> str:
    if name in JSON_COLUMNS:
        return "is not a JSON object"
    if issubclass(kind, StrEnum):
        return f"is invalid: it must be one of {', '.join(kind)}"
    return f"is not a valid {'integer' if kind is int else 'number'}: it must be at least 0"
