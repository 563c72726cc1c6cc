"""Finds the export formats: each file to_NAME.py in this folder is one format.

Names come from the file names, so that `bench export --help` need not import pandas.
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from bench.output import export as folder

if TYPE_CHECKING:
    from bench.analysis.case_summary import CaseSummary
    from bench.output.export.base import Exported
    from bench.results.load import Run

    Exporter = Callable[[Run, Sequence[CaseSummary]], Exported]

PREFIX = "to_"
MODULES = {
    module.name.removeprefix(PREFIX).replace("_", "-"): f"{folder.__name__}.{module.name}"
    for module in pkgutil.iter_modules(folder.__path__)
    if module.name.startswith(PREFIX)
}

Format = StrEnum("Format", {name: name for name in MODULES})  # type: ignore[misc]  # only the folder knows the names
Format.__doc__ = "The names that `bench export --to` takes."


def exporter_of(to: str) -> "Exporter":
    """The function `export` of a format's module, which turns a run and its summaries into a file's text."""
    return cast("Exporter", importlib.import_module(MODULES[to]).export)
