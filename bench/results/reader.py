"""Reading samples.csv: what is wrong with it is told by its line and column, what can be read is read."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from pandas import DataFrame

from bench.errors import RunNotFound
from bench.results.columns import COLUMNS, BadCell, shown
from bench.results.fast_reader import read_fast
from bench.results.strict_reader import ParsedSamples, read_exactly
from bench.schema import Status

MOST_WORKERS = 1_000_000
ONCE = [
    *("run", "workload", "params", "bound", "backend", "options", "start_method", "async_style"),
    *("workers", "python", "round", "value"),
]


def read_samples(path: Path) -> tuple[DataFrame, tuple[str, ...]]:
    """A row a sample, as `typed.table` gives it, the index being the line in the file; and what to warn of.

    Columns that Sample does not know are left out, and so is a last line that was cut short. Raises RunNotFound where
    anything else is not as the harness writes it.
    """
    try:
        found = read_fast(path) or read_exactly(path)
        _check_sense(found.table)
        _check_once(found.table)
    except BadCell as error:
        raise RunNotFound(f"{path}: line {error.line}: {error.what}") from error
    except OSError as error:
        raise RunNotFound(f"{path}: cannot be read: {error.strerror or error}") from error
    return found.table, tuple(f"{path}: {warning}" for warning in _warnings(found))


def _check_sense(samples: DataFrame) -> None:
    """What single cells do not show: an ok sample took time, and someone did the work."""
    _refuse(samples, samples["workers"] < 1, "column workers: there is at least 1")
    _refuse(samples, samples["workers"] > MOST_WORKERS, f"column workers: there are at most {MOST_WORKERS}")
    ok = samples["status"] == Status.OK
    _refuse(samples, ok & ~(samples["elapsed_s"] > 0), "column elapsed_s: an ok sample took more than 0 seconds")


def _check_once(samples: DataFrame) -> None:
    """Each pass of a trial is measured once: a row that is there again would count as another, or contradict it."""
    again = samples.duplicated(ONCE)
    if again.any():
        second = samples[again].iloc[0]
        same = samples[ONCE].apply(
            lambda column: column.eq(second[column.name]) | column.isna() & pd.isna(second[column.name])
        )
        first = samples.index[same.all(axis=1)][0]
        raise BadCell(
            int(str(second.name)), f"column value: the same pass of the same trial as in line {first}; keep one of them"
        )


def _refuse(samples: DataFrame, wrong: "pd.Series[bool]", what: str) -> None:
    marked = wrong.to_numpy(dtype=bool, na_value=False)
    if marked.any():
        raise BadCell(samples.index[marked][0], what)


def _warnings(found: ParsedSamples) -> Iterator[str]:
    if unknown := [shown(name) for name in found.header if name not in COLUMNS]:
        yield f"line 1: columns that this version does not know are left out: {', '.join(unknown)}"
    if missing := [name for name in COLUMNS if name not in found.header]:
        yield f"line 1: there is no column {', '.join(missing)}: unknown in every row"
    if found.broken:
        more = f" and {len(found.broken) - 1} more" if len(found.broken) > 1 else ""
        yield f"line {found.broken[0]}{more}: a cell goes over several lines, as the harness writes none"
    if found.torn:
        yield f"line {found.torn}: is cut short, for its ending is missing: left out; if it is whole, end the line"
