"""The table of samples, from columns of numbers and text."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import Categorical, DataFrame

from bench.results.columns import COLUMNS, SELDOM_TWICE

Cells = Any  # an array of numbers or text, NaN where unknown


def table(found: Mapping[str, Cells], lines: "pd.Index[int]") -> DataFrame:
    """Columns as in Sample: Int64, float64, category, or string where text is seldom the same; unknown is NA.

    `found` has a number or NaN, or a text or NaN, for each line; a column that is not in it is unknown in every row.
    """
    return DataFrame({name: _column(name, found.get(name), len(lines)) for name in COLUMNS}, index=lines)


def category(codes: NDArray[np.signedinteger], names: Sequence[str]) -> Any:
    """Text by its place among the names, -1 where unknown; the categories are sorted, in whatever order they came."""
    order = sorted(range(len(names)), key=names.__getitem__)
    places = np.empty(len(names) + 1, dtype=np.int64)
    places[order] = np.arange(len(names))
    places[-1] = -1
    return Categorical.from_codes(places[codes], categories=pd.Index([names[place] for place in order], dtype=object))


def _column(name: str, found: Cells | None, length: int) -> Any:
    column = COLUMNS[name]
    unknown: Cells = category(np.full(length, -1), []) if column.is_text else np.full(length, np.nan)
    cells: Cells = unknown if found is None else found
    if name in SELDOM_TWICE:
        return cells.astype("string")
    if column.is_text:
        return category(cells.codes, [str(name) for name in cells.categories])
    if column.kind is int:
        unknown = np.isnan(cells)
        return pd.arrays.IntegerArray(np.where(unknown, 0, cells).astype(np.int64), unknown)
    return cells
