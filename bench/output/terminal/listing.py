"""Lists of workloads, backends, planned trials and chart kinds: `bench list`, `run --dry-run`, `plot`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.schema import Case

UNTAGGED = "other"
OPTIONAL = " *"
EXPLAINED = (
    "* is left out of a run unless it is asked for: a workload by its name or --tag, a backend by -b NAME or -b all."
)


def catalogue_tables(catalogue: dict[str, list[dict[str, Any]]]) -> RenderableType:
    """Workloads and backends, each with its description and settings."""
    workloads = _table("workload", "bound", "description and parameters")
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in catalogue["workloads"]:
        groups.setdefault(entry["tags"][0] if entry["tags"] else UNTAGGED, []).append(entry)
    for tag, entries in groups.items():
        workloads.add_row(Text(tag, style="bold"), "", "")
        for entry in entries:
            name = Text("  " + entry["name"] + OPTIONAL * entry["optional"])
            workloads.add_row(name, entry["bound"], _with_settings(entry["summary"], entry["params"]))
    backends = _table("backend", "description and options")
    for entry in catalogue["backends"]:
        described = _with_settings(entry["summary"], entry["options"])
        if entry["unavailable"]:
            described.append(f"\n{entry['unavailable']}", style="italic")
        backends.add_row(Text(entry["name"] + OPTIONAL * entry["optional"]), described)
    parts: list[RenderableType] = [workloads, Text(), backends]
    if any(entry["optional"] for entries in catalogue.values() for entry in entries):
        parts += [Text(), Text(EXPLAINED)]
    return Group(*parts)


def plan_table(cases: Sequence[Case], lines: Sequence[str]) -> RenderableType:
    """The planned cases, one row per workload and backend, and lines about the rounds and the time they take."""
    table = _table("workload", "backend", "workers")
    workers: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        options = ",".join(f"{name}={value}" for name, value in case.options.items())
        backend = f"{case.backend}:{options}" if options else case.backend
        workers.setdefault((case.workload, backend), []).append(str(case.workers))
    for (workload, backend), counts in workers.items():
        table.add_row(Text(workload), Text(backend), ", ".join(counts))
    return Group(table, *map(Text, lines))


def kinds_table(kinds: Iterable[tuple[str, str]]) -> RenderableType:
    """Chart kinds, each with its description."""
    table = _table("chart", "what it shows")
    for name, summary in kinds:
        table.add_row(Text(name), Text(summary))
    return table


def missing_table(rounds: Mapping[str, Sequence[int]], more_may_follow: bool) -> RenderableType:
    """What an interrupted run lacks: each case with the rounds, from 0, in which it has no complete trial."""
    table = _table("case", "missing rounds")
    for case, numbers in rounds.items():
        table.add_row(Text(case), ", ".join(_ranges(numbers)))
    lines = [f"missing: {sum(map(len, rounds.values()))} trials"]
    if more_may_follow:
        lines.append("and further rounds until every speedup reaches the requested precision")
    return Group(table, *map(Text, lines))


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Ascending numbers, with consecutive ones as a range: `0`, `2–5`."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        first, *_, last = [number for _, number in group] * 2
        yield str(first) if first == last else f"{first}–{last}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _with_settings(summary: str, settings: dict[str, Any]) -> Text:
    shown = " ".join(f"{name}={value}" for name, value in settings.items())
    return Text(summary + (f"\n{shown}" if shown else ""))
