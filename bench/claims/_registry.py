"""Find claims: one file in this folder is one claim."""

import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import bench.claims
from bench.claims._claim import Claim
from bench.errors import UnknownName

ORDER = (
    "io-threads",
    "io-processes",
    "gil-computing",
    "gil-io",
    "processes-linear",
    "batch-processes",
    "sqlite-threads",
    "asyncio-thousands",
    "mixed-requests",
    "health-check",
    "echo-overlap",
    "thread-start",
    "process-start",
    "thread-memory",
    "process-memory",
    "switch-cost",
    "pickling",
    "hybrid",
    "free-threading",
    "timeout",
    "group-longest",
    "group-cancels",
    "group-collects-all",
    "group-except-star",
    "group-timeout",
    "group-manual-cancel",
    "gather-goes-on",
    "executor-in-group",
    "n-plus-one",
    "rollback",
)
"""The order in which they are tried and shown. Claims not listed here come last, by their id."""


@cache
def claims() -> dict[str, Claim]:
    """Every claim, by its id."""
    files = [path for folder in bench.claims.__path__ for path in Path(folder).glob("[!_]*.py")]
    found = [_claim_in(path.stem) for path in files]
    return {claim.id: claim for claim in sorted(found, key=_place)}


def chosen(ids: Iterable[str]) -> list[Claim]:
    """The claims with these ids, or all of them, in their own order. Raises UnknownName, which lists them all."""
    known, asked = claims(), set(ids)
    for name in sorted(asked - set(known)):
        raise UnknownName.among("claim", name, known)
    return [claim for claim in known.values() if not asked or claim.id in asked]


def _claim_in(module_name: str) -> Claim:
    """The claim that a file defines; its id is the name of the file."""
    module = importlib.import_module(f"bench.claims.{module_name}")
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Claim) and value.__module__ == module.__name__:
            return value()
    raise TypeError(f"{module.__file__} defines no claim: subclass Claim, or start the file name with _")


def _place(claim: Claim) -> tuple[int, str]:
    return (ORDER.index(claim.id) if claim.id in ORDER else len(ORDER)), claim.id
