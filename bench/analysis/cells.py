"""The cells of samples.csv: text in, one typed column out, and the line of the first cell that is wrong."""

import json
from dataclasses import fields
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

from bench.samples import Sample

JSON_COLUMNS = ("params", "options")
LARGEST = 2**63 - 1


class BadCell(Exception):
    """A cell that the harness cannot have written: in which line, and what is wrong with it."""

    def __init__(self, line: Any, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what


def typed(text: DataFrame) -> DataFrame:
    """Columns as in Sample: Int64, float64 or string, unknown is NA. Raises BadCell."""
    return DataFrame({field.name: _column(field.name, text) for field in fields(Sample)}, index=text.index)


def refuse(wrong: "Series[Any]", what: str) -> None:
    """Raise BadCell for the first line that is marked, if any is."""
    marked = wrong.to_numpy(dtype=bool, na_value=False)
    if marked.any():
        raise BadCell(wrong.index[marked][0], what)


def _column(name: str, text: DataFrame) -> "Series[Any]":
    kind, optional = _kinds()[name]
    cells = text[name] if name in text else Series("", index=text.index, name=name)
    cells = cells.astype("string")
    known = cells.str.strip() != ""
    if not optional:
        refuse(~known, f"column {name} is empty")
    cells = cells.where(known)
    if kind in (int, float):
        return _numbers(cells, whole=kind is int)
    if issubclass(kind, StrEnum):
        _refuse_first(cells, ~cells.isin(list(kind)), f"is none of {', '.join(kind)}")
    if name in JSON_COLUMNS:
        _refuse_first(cells, ~cells.map(_is_object), "is no JSON object")
    return cells


def _numbers(cells: "Series[Any]", whole: bool) -> "Series[Any]":
    """Counts, sizes and times: finite and never negative."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("Float64")
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    good = np.isfinite(values) & (values >= 0)
    if whole:
        good &= (values == np.floor(values)) & (values < LARGEST)
    _refuse_first(cells, Series(~good, index=cells.index), f"is not a {'whole ' * whole}number of at least 0")
    return numbers.astype("Int64") if whole else Series(values, index=cells.index, name=cells.name)


def _refuse_first(cells: "Series[Any]", wrong: "Series[Any]", what: str) -> None:
    wrong = wrong.astype(bool) & cells.notna()
    if wrong.any():
        cell = str(cells[wrong].iloc[0])
        refuse(wrong, f"column {cells.name}: {cell if len(cell) <= 60 else cell[:57] + '...'!r} {what}")


def _is_object(cell: Any) -> bool:
    try:
        return isinstance(json.loads(str(cell)), dict)
    except (ValueError, RecursionError):
        return False


@cache
def _kinds() -> dict[str, tuple[type, bool]]:
    """The type of each column, and whether it may be unknown."""
    kinds = {}
    for name, hint in get_type_hints(Sample).items():
        optional = isinstance(hint, UnionType)
        kinds[name] = (get_args(hint)[0] if optional else hint, optional)
    return kinds
