"""The tables and the JSON of `bench results`."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.output.wording import formatting
from bench.results.catalogue import StoredRun
from bench.results.overview import RunOverview

NAME_WIDTH = len("2026-01-02T030405Z-12")

Stored = Sequence[tuple[StoredRun, RunOverview]]


def stored_table(runs: Stored) -> Group:
    """One row per run, and below the table why a run cannot be read."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("run", overflow="fold", width=NAME_WIDTH)
    table.add_column("started", no_wrap=True)
    for heading in ("rounds", "cases", "size"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("state", overflow="fold", width=8)
    table.add_column("workloads", overflow="fold")
    for run, held in runs:
        workloads = "unreadable" if held.problem else ", ".join(held.workloads)
        counts = [formatting.UNKNOWN if count is None else str(count) for count in (held.rounds, held.cases)]
        state = ", ".join([str(held.state), *["latest"] * run.is_latest])
        day = f"{run.started_at:%Y-%m-%d}" if run.started_at else formatting.UNKNOWN
        cells = [
            formatting.clean(run.name),
            day,
            *counts,
            formatting.size(run.size_bytes),
            state,
            formatting.clean(workloads),
        ]
        table.add_row(*(Text(cell) for cell in cells), style="red" if held.problem else None)
    wrong = [formatting.clean(f"! {run.name}: {held.problem}") for run, held in runs if held.problem]
    return Group(table, *(Text(line) for line in wrong))


def stored_json(runs: Stored) -> list[dict[str, Any]]:
    """The output of `bench results list --json`: one object per run, newest last; unknown is null, sizes in bytes."""
    return [
        {
            "name": run.name,
            "started_at": run.started_at.isoformat() if run.started_at else None,
            "state": held.state,
            "latest": run.is_latest,
            "committed": run.committed,
            "rounds": held.rounds,
            "cases": held.cases,
            "workloads": list(held.workloads),
            "size_bytes": run.size_bytes,
            "wrong": held.problem,
        }
        for run, held in runs
    ]


def stored_facts(run: StoredRun, held: RunOverview) -> Table:
    """Everything known about one run, one fact per line."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, fact in _facts(run, held):
        table.add_row(Text(name), Text(formatting.clean(fact)))
    return table


def _facts(run: StoredRun, held: RunOverview) -> Iterator[tuple[str, str]]:
    yield "folder", str(run.folder)
    yield "state", ", ".join([str(held.state), *["latest"] * run.is_latest])
    yield "started", f"{run.started_at:%Y-%m-%d %H:%M} UTC" if run.started_at else formatting.UNKNOWN
    if held.problem:
        yield "problem", held.problem
    else:
        yield "rounds", str(held.rounds)
        yield "workloads", ", ".join(held.workloads)
        yield "cases", str(held.cases)
        yield "samples", ", ".join(f"{count} {status}" for status, count in held.statuses.items())
        yield "Python", ", ".join(held.pythons)
    yield from _recorded(held.environment)
    for path, size in run.files:
        yield "file", f"{path} ({formatting.size(size)})"
    yield "size", formatting.size(run.size_bytes)
    name = shlex.quote(run.name if run.folder.parent.name == "results" else str(run.folder))
    yield "to show it", f"bench show {name}"
    yield "to plot it", f"bench plot {name}"


def _recorded(environment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Facts from environment.json, skipping anything that does not have the expected type."""
    command = environment.get("command")
    if isinstance(command, list):
        yield "command", shlex.join(["bench", *map(str, command)])
    for name in ("label", "seed"):
        if environment.get(name) not in (None, ""):
            yield name, str(environment[name])
    interpreters = environment.get("interpreters")
    for one in interpreters if isinstance(interpreters, list) else []:
        if isinstance(one, dict):
            yield "interpreter", f"{one.get('version', formatting.UNKNOWN)} {one.get('executable', '')}".strip()
