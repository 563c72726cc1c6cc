"""Reading samples.csv: whatever is wrong with it is told by its line."""

import csv
from dataclasses import MISSING, fields
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from bench.analysis.cells import BadCell, refuse, typed
from bench.errors import RunNotFound
from bench.samples import Sample, Status

Rows = list[tuple[int, list[str]]]


def read_samples(path: Path) -> DataFrame:
    """A row a sample, columns as in Sample: Int64, float64 or string, unknown is NA; the index is the line in the file.

    Columns that Sample does not know are left out. Raises RunNotFound where the file is not what the harness writes.
    """
    try:
        header, rows = _read_rows(path)
        lines = pd.Index([line for line, _ in rows], name="line")
        samples = typed(DataFrame([cells for _, cells in rows], columns=header, index=lines, dtype=object))
        _check_sense(samples)
    except BadCell as error:
        raise RunNotFound(f"{path}: line {error.line}: {error.what}") from error
    return samples


def _read_rows(path: Path) -> tuple[list[str], Rows]:
    """The header, and each row with the line that it ends on."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            rows = [(reader.line_num, cells) for cells in reader if cells]
    except UnicodeDecodeError as error:
        raise RunNotFound(f"{path}: is not UTF-8: {error.reason}") from error
    except csv.Error as error:
        raise BadCell(reader.line_num, f"is no CSV: {error}") from error
    except OSError as error:
        raise RunNotFound(f"{path}: cannot be read: {error.strerror or error}") from error
    if not rows:
        raise RunNotFound(f"{path}: is empty: nothing was measured")
    header = rows.pop(0)[1]
    _check_shape(header, rows)
    if not rows:
        raise RunNotFound(f"{path}: holds no sample: nothing was measured")
    return header, rows


def _check_shape(header: list[str], rows: Rows) -> None:
    required = [field.name for field in fields(Sample) if field.default is MISSING]
    if missing := [name for name in required if name not in header]:
        raise BadCell(1, f"there is no column {', '.join(missing)}")
    if twice := [name for name in header if header.count(name) > 1]:
        raise BadCell(1, f"there is more than one column {twice[0]!r}")
    for line, cells in rows:
        if len(cells) != len(header):
            raise BadCell(line, f"has {len(cells)} cells where the header has {len(header)}")


def _check_sense(samples: DataFrame) -> None:
    """What single cells do not show: an ok sample took time, and someone did the work."""
    refuse(samples["workers"] < 1, "column workers: there is at least 1")
    ok = samples["status"] == Status.OK
    refuse(ok & ~(samples["elapsed_s"] > 0), "column elapsed_s: an ok sample took more than 0 seconds")
