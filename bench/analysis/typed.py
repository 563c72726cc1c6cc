"""The table of samples, from columns of numbers and text."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import Categorical, DataFrame

from bench.analysis.columns import COLUMNS, SELDOM_TWICE

Cells = NDArray[np.float64] | Categorical


def table(found: Mapping[str, Cells], lines: "pd.Index[int]") -> DataFrame:
    """Columns as in Sample: Int64, float64, category, or string where text is seldom the same; unknown is NA.

    `found` has a number or NaN, or a text or NaN, for each line; a column that is not in it is unknown in every row.
    """
    return DataFrame({name: _column(name, found.get(name), len(lines)) for name in COLUMNS}, index=lines)


def _column(name: str, cells: Cells | None, length: int) -> Any:
    column = COLUMNS[name]
    if cells is None:
        cells = Categorical([None] * length) if column.is_text else np.full(length, np.nan)
    if isinstance(cells, Categorical):
        return cells.astype("string") if name in SELDOM_TWICE else _in_order(cells)
    if column.kind is int:
        unknown = np.isnan(cells)
        return pd.arrays.IntegerArray(np.where(unknown, 0, cells).astype(np.int64), unknown)
    return cells


def _in_order(cells: Categorical) -> Categorical:
    """The same whatever order the categories were met in."""
    names = [str(name) for name in cells.categories]
    order = sorted(range(len(names)), key=names.__getitem__)
    places = np.empty(len(names) + 1, dtype=np.int64)
    places[order] = np.arange(len(names))
    places[-1] = -1  # the code of what is unknown
    return Categorical.from_codes(places[cells.codes], categories=[names[place] for place in order])
