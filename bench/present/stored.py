"""The stored runs as people and programs read them: `bench results`."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from bench.present import words
from bench.stored.contents import Contents
from bench.stored.folders import StoredRun

Stored = Sequence[tuple[StoredRun, Contents]]


def stored_table(runs: Stored) -> Table:
    """A row a run; what is wrong with one stands where its workloads would."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("run", overflow="fold")
    table.add_column("started (UTC)", no_wrap=True)
    for heading in ("rounds", "cases", "size"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("state", overflow="fold")
    table.add_column("workloads", overflow="fold")
    for run, held in runs:
        told = held.wrong or ", ".join(held.workloads)
        counts = [words.UNKNOWN if count is None else str(count) for count in (held.rounds, held.cases)]
        state = ", ".join([str(held.state), *["latest"] * run.is_latest])
        cells = [words.clean(run.name), started(run.started_at), *counts, words.size(run.size_bytes), state]
        table.add_row(*(Text(cell) for cell in cells), Text(words.clean(told)), style="red" if held.wrong else None)
    return table


def stored_json(runs: Stored) -> list[dict[str, Any]]:
    """What `bench results list --json` prints: an object a run, the newest last; unknown is null, sizes are bytes."""
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
            "wrong": held.wrong,
        }
        for run, held in runs
    ]


def stored_facts(run: StoredRun, held: Contents) -> Table:
    """All that is known of one run, a line a fact."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, fact in _facts(run, held):
        table.add_row(Text(name), Text(words.clean(fact)))
    return table


def started(when: datetime | None) -> str:
    """When a run started, to the minute."""
    return words.UNKNOWN if when is None else f"{when:%Y-%m-%d %H:%M}"


def _facts(run: StoredRun, held: Contents) -> Iterator[tuple[str, str]]:
    yield "folder", str(run.folder)
    yield "state", ", ".join([str(held.state), *["latest"] * run.is_latest])
    yield "started", f"{started(run.started_at)}{' UTC' * (run.started_at is not None)}"
    if held.wrong:
        yield "wrong", held.wrong
    else:
        yield "rounds", str(held.rounds)
        yield "workloads", ", ".join(held.workloads)
        yield "cases", str(held.cases)
        yield "samples", ", ".join(f"{count} {status}" for status, count in held.statuses.items())
        yield "Python", ", ".join(held.pythons)
    yield from _recorded(held.environment)
    for path, size in run.files:
        yield "file", f"{path} ({words.size(size)})"
    yield "size", words.size(run.size_bytes)
    name = shlex.quote(run.name if run.folder.parent.name == "results" else str(run.folder))
    yield "look at it", f"bench show {name}"
    yield "draw it", f"bench plot {name}"


def _recorded(environment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What environment.json says, as far as it is what this program writes."""
    command = environment.get("command")
    if isinstance(command, list):
        yield "command", shlex.join(["bench", *map(str, command)])
    for name in ("label", "seed"):
        if environment.get(name) not in (None, ""):
            yield name, str(environment[name])
    interpreters = environment.get("interpreters")
    for one in interpreters if isinstance(interpreters, list) else []:
        if isinstance(one, dict):
            yield "interpreter", f"{one.get('version', words.UNKNOWN)} {one.get('executable', '')}".strip()
