"""What a stored run holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bench.errors import RunNotFound
from bench.results.catalogue import StoredRun
from bench.results.load import Run, load_run
from bench.results.lock import is_being_measured
from bench.schema import CASE_COLUMNS


class State(StrEnum):
    """How far a run came."""

    WHOLE = "whole"
    CUT_OFF = "cut off"
    BEING_MEASURED = "being measured"
    UNKNOWN = "unknown"  # nothing says it


@dataclass(frozen=True)
class Contents:
    """What is in a run; where that cannot be read, `wrong` says why, and the rest is empty or None."""

    state: State = State.UNKNOWN
    rounds: int | None = None
    workloads: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    cases: int | None = None
    statuses: Mapping[str, int] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    wrong: str | None = None


def contents(stored: StoredRun) -> Contents:
    """Read a run. One that is being measured may hold no sample yet."""
    measured = is_being_measured(stored.folder)
    try:
        run = load_run(stored.folder)
    except RunNotFound as error:
        return Contents(State.BEING_MEASURED if measured else State.UNKNOWN, wrong=str(error))
    return Contents(
        state=State.BEING_MEASURED if measured else _state(run),
        rounds=run.rounds,
        workloads=tuple(str(name) for name in run.samples["workload"].unique()),
        pythons=tuple(run.pythons),
        cases=len(run.samples[CASE_COLUMNS].drop_duplicates()),
        statuses={str(status): int(count) for status, count in run.samples["status"].value_counts().items()},
        environment=run.environment,
    )


def _state(run: Run) -> State:
    if "finished_at" not in run.environment:
        return State.UNKNOWN
    return State.WHOLE if run.environment["finished_at"] else State.CUT_OFF
