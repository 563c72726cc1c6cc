"""What there is to measure, what will be, and what can be drawn: `bench list`, `bench run --dry-run`, `bench plot`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.schema import Case


def catalogue_tables(catalogue: dict[str, list[dict[str, Any]]]) -> RenderableType:
    """Workloads and backends, each with its line and what can be set."""
    workloads = _table("workload", "bound", "what it does, and its parameters")
    for line in catalogue["workloads"]:
        workloads.add_row(Text(line["name"]), line["bound"], _with_settings(line["summary"], line["params"]))
    backends = _table("backend", "what it is, and its options")
    for line in catalogue["backends"]:
        backends.add_row(Text(line["name"]), _with_settings(line["summary"], line["options"]))
    return Group(workloads, Text(), backends)


def plan_table(cases: Sequence[Case], rounds: int, likely_s: float, left_out: Sequence[str]) -> RenderableType:
    """The cases, a line for each workload under a backend, and the time they are likely to take."""
    table = _table("workload", "backend", "workers")
    workers: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        options = ",".join(f"{name}={value}" for name, value in case.options.items())
        backend = f"{case.backend}:{options}" if options else case.backend
        workers.setdefault((case.workload, backend), []).append(str(case.workers))
    for (workload, backend), counts in workers.items():
        table.add_row(Text(workload), Text(backend), ", ".join(counts))
    notes = [f"left out, to keep to the time given: {what}" for what in left_out]
    total = f"{len(cases)} cases x {rounds} rounds = {len(cases) * rounds} trials"
    guess = f"likely {likely_s:.0f} s, if a sequential pass takes half a second, as those bundled do"
    return Group(table, *(Text(line) for line in (*notes, f"{total}; {guess}")))


def kinds_table(kinds: Iterable[tuple[str, str]]) -> RenderableType:
    """Kinds of charts, each with its line."""
    table = _table("chart", "what it shows")
    for name, summary in kinds:
        table.add_row(Text(name), Text(summary))
    return table


def missing_table(rounds: Mapping[str, Sequence[int]], more_may_follow: bool) -> RenderableType:
    """What a run that was cut off lacks: each case with the rounds, from 0, that it has no whole trial in."""
    table = _table("case", "rounds that it is missing in")
    for case, numbers in rounds.items():
        table.add_row(Text(case), ", ".join(_stretches(numbers)))
    lines = [f"missing: {sum(map(len, rounds.values()))} trials"]
    if more_may_follow:
        lines.append("and further rounds, until each speedup is known as precisely as asked")
    return Group(table, *map(Text, lines))


def _stretches(numbers: Sequence[int]) -> Iterator[str]:
    """Rising numbers, those that follow one another as one: `0, 2–5`."""
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
