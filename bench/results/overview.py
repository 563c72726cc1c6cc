"""Summarise what a stored run contains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bench.errors import RunNotFound
from bench.results.catalogue import StoredRun
from bench.results.load import Run, load_run
from bench.results.lock import is_being_measured
from bench.schema import CASE_COLUMNS


class RunState(StrEnum):
    """Whether a run is complete."""

    WHOLE = "whole"
    CUT_OFF = "cut off"
    BEING_MEASURED = "being measured"
    UNKNOWN = "unknown"  # environment.json does not say


@dataclass(frozen=True)
class RunOverview:
    """What a run contains; if it cannot be read, `problem` says why, and the rest is empty or None."""

    state: RunState = RunState.UNKNOWN
    rounds: int | None = None
    workloads: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    cases: int | None = None
    statuses: Mapping[str, int] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    problem: str | None = None


def run_overview(stored: StoredRun) -> RunOverview:
    """Load a run and summarise it. One that is being measured may have no samples yet."""
    measured = is_being_measured(stored.folder)
    try:
        run = load_run(stored.folder)
    except RunNotFound as error:
        return RunOverview(RunState.BEING_MEASURED if measured else RunState.UNKNOWN, problem=str(error))
    return RunOverview(
        state=RunState.BEING_MEASURED if measured else _state(run),
        rounds=run.rounds,
        workloads=tuple(str(name) for name in run.samples["workload"].unique()),
        pythons=tuple(run.pythons),
        cases=len(run.samples[CASE_COLUMNS].drop_duplicates()),
        statuses={str(status): int(count) for status, count in run.samples["status"].value_counts().items()},
        environment=run.environment,
    )


def _state(run: Run) -> RunState:
    if "finished_at" not in run.environment:
        return RunState.UNKNOWN
    return RunState.WHOLE if run.environment["finished_at"] else RunState.CUT_OFF
