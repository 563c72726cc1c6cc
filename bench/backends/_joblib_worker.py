"""A worker of joblib: the functions that run in its processes or threads.

joblib cannot address each of its workers, so that one opens its client with the first task that reaches it.
"""

import os
import threading
import time
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

from bench.backends._engine_worker import EngineWorker
from bench.collect.loader import Source
from bench.process import runtime_warnings
from bench.schema import Gil

MEET_S = 0.02  # that a task takes at least, so that another worker takes the next one

_here = threading.local()


@dataclass(frozen=True)
class Opening:
    """What a worker needs to open its client."""

    source: Source
    env: Any


@dataclass(frozen=True)
class Recorded:
    """A result, with the worker that gave it and when it began and ended."""

    result: Any
    worker: tuple[int, int]
    began_ns: int
    ended_ns: int


def ready(opening: Opening) -> tuple[tuple[int, int], Gil, int]:
    """Open the client of this worker; which one it is, whether it has the GIL, and when it was ready."""
    _open(opening)
    time.sleep(MEET_S)
    return _identity(), _here.gil, _here.ready_ns


def work(opening: Opening, item: Any, record: bool) -> Any:
    """Work on one item. Raises TrialFailed."""
    worker = _open(opening)
    if not record:
        return worker.work_on([item], record=False)[0]
    began = perf_counter_ns()
    (result,) = worker.work_on([item], record=False)
    return Recorded(result, _identity(), began, perf_counter_ns())


def unfinished() -> list[str]:
    """What the workload has started in this process without waiting for it, one line each."""
    return runtime_warnings.take_unawaited()


def close() -> tuple[int, int]:
    """Close the client of this worker, if it is open; which worker it is. Raises TrialFailed."""
    worker, _here.worker = getattr(_here, "worker", None), None
    if worker is not None:
        worker.close_client()
    time.sleep(MEET_S)
    return _identity()


def _open(opening: Opening) -> EngineWorker:
    worker: EngineWorker | None = getattr(_here, "worker", None)
    if worker is None:
        runtime_warnings.watch_unawaited()
        worker = EngineWorker(opening.source, opening.source.path)
        _here.gil, _here.ready_ns = worker.open_client(opening.env).gil, perf_counter_ns()
        _here.worker = worker
    return worker


def _identity() -> tuple[int, int]:
    return os.getpid(), threading.get_ident()
