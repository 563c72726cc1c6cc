"""Finds the chart kinds: each file in kinds/ is one kind."""

import importlib
import pkgutil
from functools import cache
from typing import cast

from bench.errors import UnknownName
from bench.output.charts import kinds as folder
from bench.output.charts.chart_kind import ChartKind

ORDER = ("race", "speedup", "efficiency", "scaling", "times", "interpreters", "latency", "cost", "timeline", "samples")


@cache
def kinds() -> tuple[ChartKind, ...]:
    """All kinds: first which backend wins, then why and at what cost; kinds missing from ORDER come last."""
    modules = [module.name for module in pkgutil.iter_modules(folder.__path__) if not module.name.startswith("_")]
    return tuple(sorted(map(_kind_in, modules), key=lambda kind: (_place(kind.NAME), kind.NAME)))


def kind_named(name: str) -> ChartKind:
    """The kind that a user typed. Raises UnknownName, which lists them all."""
    known = {kind.NAME: kind for kind in kinds()}
    if name not in known:
        raise UnknownName.among("kind of chart", name, known)
    return known[name]


def _kind_in(module_name: str) -> ChartKind:
    module = importlib.import_module(f"{folder.__name__}.{module_name}")
    kind = cast(ChartKind, module)
    kind.NAME = module_name.replace("_", "-")
    return kind


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
