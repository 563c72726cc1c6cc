"""Build the table of samples from columns of numbers and text."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import Categorical, DataFrame

from bench.results.columns import COLUMNS, RARELY_REPEATED
from bench.schema import ScalingKind

Cells = Any  # an array of numbers or text, NaN if unknown


def table(cells: Mapping[str, Cells], lines: "pd.Index[int]") -> DataFrame:
    """Columns as in Sample: Int64, float64, category, or string for text that rarely repeats; unknown is NA.

    `cells` has a number or text per line, NaN if unknown; a column that it lacks is unknown in every row, except that
    interpreters without a label have their version for one, that all trials without a group are in group 0, and that
    scaling is strong if nothing says otherwise.
    """
    strong = category(np.zeros(len(lines), dtype=np.int64), [ScalingKind.STRONG.value])
    known = {"interpreter": cells["python"], "group": np.zeros(len(lines)), "scaling": strong, **cells}
    return DataFrame({name: _column(name, known.get(name), len(lines)) for name in COLUMNS}, index=lines)


def category(codes: NDArray[np.signedinteger], names: Sequence[str]) -> Any:
    """Text by its index in `names`, -1 if unknown; the categories are sorted."""
    order = sorted(range(len(names)), key=names.__getitem__)
    positions = np.empty(len(names) + 1, dtype=np.int64)
    positions[order] = np.arange(len(names))
    positions[-1] = -1
    return Categorical.from_codes(
        positions[codes], categories=pd.Index([names[index] for index in order], dtype=object)
    )


def _column(name: str, known: Cells | None, length: int) -> Any:
    column = COLUMNS[name]
    unknown: Cells = category(np.full(length, -1), []) if column.is_text else np.full(length, np.nan)
    cells: Cells = unknown if known is None else known
    if name in RARELY_REPEATED:
        return cells.astype("string")
    if column.is_text:
        return category(cells.codes, [str(name) for name in cells.categories])
    if column.kind is int:
        unknown = np.isnan(cells)
        return pd.arrays.IntegerArray(np.where(unknown, 0, cells).astype(np.int64), unknown)
    return cells
