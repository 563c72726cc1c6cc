"""What the shell completes: commands, workloads and backends, each with its summary.

Importing typer, and building its parameters, takes several times as long as finding the names, so what bash asks most
often is answered without it. All else is left to typer, which imports rich to strip markup from the summaries: they
have none, so rich is hidden from it.
"""

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.cli.app import COMMANDS


def frequent(environment: Mapping[str, str]) -> list[str] | None:
    """The names that bash asks for, if they are commands, workloads or backends; None leaves the request to typer."""
    if environment["_BENCH_COMPLETE"] != "complete_bash":
        return None
    try:
        words, position = shlex.split(environment["COMP_WORDS"]), int(environment["COMP_CWORD"])
    except (KeyError, ValueError):
        return None
    incomplete = words[position] if position < len(words) else ""
    if position < 1 or incomplete.startswith("-"):
        return None
    before = words[1:position]
    if not before:
        return [name for name in COMMANDS if name.startswith(incomplete)]
    if before[0] != "run":
        return None
    if before[-1] in ("-b", "--backend"):
        return [name for name, _ in complete_backend(incomplete)]
    if any(word.startswith("-") for word in before):  # the word may be an option's value
        return None
    return [name for name, _ in complete_workload(incomplete)]


def hide_rich() -> None:
    """Let typer believe that rich is not installed."""
    if "rich" not in sys.modules:
        sys.modules["rich"] = None  # type: ignore[assignment]  # which the import system takes for missing


@contextmanager
def _rich_importable() -> Iterator[None]:
    hidden = "rich" in sys.modules and sys.modules["rich"] is None
    if hidden:
        del sys.modules["rich"]
    try:
        yield
    finally:
        if hidden:
            sys.modules["rich"] = None  # type: ignore[assignment]


def complete_workload(incomplete: str) -> list[tuple[str, str]]:
    """The workloads whose names start with this; none if a workload file cannot be loaded."""
    from bench.collect.discovery import find_workloads, folders
    from bench.errors import BenchError

    try:
        with _rich_importable():
            workloads = find_workloads(folders()).values()
    except BenchError:
        return []
    return [(workload.name, workload.summary) for workload in workloads if workload.name.startswith(incomplete)]


def complete_backend(incomplete: str) -> list[tuple[str, str]]:
    """The backends whose names start with this; none if a backend's file cannot be loaded."""
    from bench.backends._registry import backends
    from bench.errors import BenchError

    try:
        known = backends().values()
    except BenchError:
        return []
    return [(cls.name, cls.summary()) for cls in known if cls.name.startswith(incomplete)]
