"""Read and validate samples.csv; errors name the line and the column."""

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from bench.errors import RunNotFound
from bench.results.columns import (
    COLUMNS,
    REQUIRED,
    SINCE_VERSION_2,
    InvalidSamples,
    absent_columns,
    is_version_1,
    quoted,
)
from bench.results.fast_reader import read_fast
from bench.results.strict_reader import ParsedSamples, read_strictly
from bench.schema import Status

MAX_WORKERS = 1_000_000
PASS_KEY = [
    *("run", "workload", "params", "bound", "backend", "options", "start_method", "async_style"),
    *("workers", "interpreter", "python", "round", "group", "value"),
]


def read_samples(path: Path, version: int | None = None) -> tuple[DataFrame, tuple[str, ...]]:
    """The samples, one row each as in `frame.table`, indexed by line number; and any warnings.

    Columns that Sample does not have are ignored, as is an incomplete last line. Files of earlier format versions lack
    some columns: see `frame.table`. Raises RunNotFound if anything else differs from what the
    harness writes; `version` is the format version if it is known.
    """
    try:
        parsed = read_fast(path) or read_strictly(path)
        _check_version(parsed.header, version)
        _check_values(parsed.table)
        _check_metrics(parsed.table)
        _check_duplicates(parsed.table)
    except InvalidSamples as error:
        raise RunNotFound(f"{path}: line {error.line}: {error.problem}") from error
    except OSError as error:
        raise RunNotFound(f"{path}: cannot be read: {error.strerror or error}") from error
    return parsed.table, tuple(f"{path}: {warning}" for warning in _warnings(parsed))


def _check_version(header: Sequence[str], version: int | None) -> None:
    if version is not None and version > 1 and is_version_1(header):
        names = ", ".join(name for name in SINCE_VERSION_2 if name in REQUIRED)
        raise InvalidSamples(1, f"missing column: {names}; files of format version {version} have them")
    if version is not None and version > 2 and "scaling" not in header:  # weak samples would be taken for strong ones
        raise InvalidSamples(1, f"missing column: scaling; files of format version {version} have it")


def _check_values(samples: DataFrame) -> None:
    """Check ranges that depend on more than one cell, and the number of workers."""
    _check_none(samples, samples["workers"] < 1, "column workers: must be at least 1")
    _check_none(samples, samples["workers"] > MAX_WORKERS, f"column workers: must be at most {MAX_WORKERS}")
    ok = samples["status"] == Status.OK
    _check_none(
        samples, ok & ~(samples["elapsed_s"] > 0), "column elapsed_s: must be more than 0 seconds for an ok sample"
    )


def _check_metrics(samples: DataFrame) -> None:
    """Check that metrics are finite numbers by name."""
    for line, cell in samples["metrics"].dropna().items():
        try:
            values = json.loads(cell).values()
            valid = all(type(value) in (int, float) and math.isfinite(value) for value in values)
        except (ValueError, AttributeError, RecursionError, OverflowError):  # the last for a huge integer
            valid = False
        if not valid:
            raise InvalidSamples(int(str(line)), f"column metrics: {quoted(cell)} is not a JSON object of numbers")


def _check_duplicates(samples: DataFrame) -> None:
    """Check that each pass of a trial occurs once: a second row would count twice, or contradict the first."""
    repeated = samples.duplicated(PASS_KEY)
    if repeated.any():
        second = samples[repeated].iloc[0]
        same = samples[PASS_KEY].apply(
            lambda column: column.eq(second[column.name]) | column.isna() & pd.isna(second[column.name])
        )
        first = samples.index[same.all(axis=1)][0]
        raise InvalidSamples(
            int(str(second.name)), f"column value: duplicates the pass of the trial in line {first}; keep one of them"
        )


def _check_none(samples: DataFrame, invalid: "pd.Series[bool]", problem: str) -> None:
    marked = invalid.to_numpy(dtype=bool, na_value=False)
    if marked.any():
        raise InvalidSamples(samples.index[marked][0], problem)


def _warnings(parsed: ParsedSamples) -> Iterator[str]:
    if unknown := [quoted(name) for name in parsed.header if name not in COLUMNS]:
        yield f"line 1: ignored columns unknown to this version: {', '.join(unknown)}"
    absent = absent_columns(parsed.header)
    if missing := [name for name in COLUMNS if name not in parsed.header and name not in absent]:
        yield f"line 1: missing columns are unknown in every row: {', '.join(missing)}"
    if parsed.multiline:
        more = f" and {len(parsed.multiline) - 1} more" if len(parsed.multiline) > 1 else ""
        yield f"line {parsed.multiline[0]}{more}: a cell spans several lines, which the harness never writes"
    if parsed.incomplete:
        cut_short = "is cut short (no line ending) and ignored; if it is complete, add a line ending"
        yield f"line {parsed.incomplete}: {cut_short}"
