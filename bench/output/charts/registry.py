"""Finds the kinds of charts by the files that are there: one new file in kinds/ is one new kind."""

import importlib
from functools import cache
from pathlib import Path
from typing import cast

import bench.output.charts.kinds
from bench.errors import UnknownName
from bench.output.charts.chart_kind import Kind

TELLING_ORDER = ("speedup", "efficiency", "times", "interpreters", "latency", "cost", "timeline", "samples")


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind: first who wins, then why and at what cost; kinds that this order does not name come last."""
    files = [path for folder in bench.output.charts.kinds.__path__ for path in sorted(Path(folder).glob("[!_]*.py"))]
    found = [_kind_in(path.stem) for path in files]
    return tuple(sorted(found, key=lambda kind: (_place(kind.NAME), kind.NAME)))


def kind_named(name: str) -> Kind:
    """The kind that a user typed. Raises UnknownName, which lists them all."""
    known = {kind.NAME: kind for kind in kinds()}
    if name not in known:
        raise UnknownName.among("kind of chart", name, known)
    return known[name]


def _kind_in(module_name: str) -> Kind:
    module = importlib.import_module(f"bench.output.charts.kinds.{module_name}")
    vars(module).setdefault("NAME", module_name.replace("_", "-"))
    return cast(Kind, module)


def _place(name: str) -> int:
    return TELLING_ORDER.index(name) if name in TELLING_ORDER else len(TELLING_ORDER)
