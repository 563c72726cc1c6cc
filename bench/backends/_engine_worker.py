"""A worker of an engine such as Dask or Ray, as one pool uses it: the functions that run in the engine's own processes.

The engine's workers may serve several pools at once, so that what belongs to a pool is an object, not global.
"""

import os
import platform
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from bench.backends import _worker
from bench.backends._base import Lane
from bench.collect.loader import Source, load_copy
from bench.collect.workload import Workload, entered
from bench.errors import TrialFailed
from bench.process import runtime_warnings, stack_dump
from bench.schema import Gil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class EngineWorkerFacts:
    """What a worker reports once it is ready; all workers with the same `clock` share their clock."""

    pid: int
    gil: Gil
    clock: str


class EngineWorker:
    """The workload, its client, and what was recorded, in one thread or process of an engine."""

    def __init__(self, source: Source, location: str) -> None:
        """Load the workload. `location` is where its file is on this machine."""
        self._path = location
        self._exits = ExitStack()
        self._spans: list[tuple[int, int]] = []
        self._loaded: Workload | TrialFailed
        try:
            if location == source.path:
                stack_dump.enable()  # an embedded engine prints to the trial's stderr
            else:
                load_copy(Path(location), source.path)
            self._loaded = source.build()
        except BaseException as error:
            self._loaded = _worker.stage_failed("loading", error, location)

    def open_client(self, env: Any) -> EngineWorkerFacts:
        """Open the client of this worker, which is ready then. Raises TrialFailed."""
        if isinstance(self._loaded, TrialFailed):
            raise self._loaded
        try:
            self._client = self._exits.enter_context(entered(self._loaded.client(env), "client"))
            self._work = self._loaded.work
            self._ready_ns = perf_counter_ns()
            return EngineWorkerFacts(os.getpid(), _worker.gil_here(), clock_here())
        except BaseException as error:
            failed = _worker.stage_failed("client", error, self._path)
        raise failed  # here, so that it does not carry the workload's exception, which may not survive pickling

    def work_on(self, items: list[Any], record: bool) -> list[Any]:
        """Work on items one after the other, and record when each began and ended if that is asked for.

        Raises TrialFailed.
        """
        results: list[Any] = []
        try:
            (self._loop_recorded if record else self._loop)(items, results)
            return results
        except BaseException as error:
            failed = _worker.item_failed(error, items[len(results)], self._path)
        raise failed

    def _loop(self, items: list[Any], results: list[Any]) -> None:
        work, client = self._work, self._client
        for item in items:
            results.append(work(item, client))

    def _loop_recorded(self, items: list[Any], results: list[Any]) -> None:
        work, client, spans = self._work, self._client, self._spans
        for item in items:
            began = perf_counter_ns()
            results.append(work(item, client))
            spans.append((began, perf_counter_ns()))

    def take_lane(self) -> Lane:
        """Hand over what this worker has recorded, by the clock of its own machine."""
        lane, self._spans = Lane(self._ready_ns, self._spans), []
        return lane

    def take_unfinished(self) -> list[str]:
        """What the workload has started in this process without waiting for it, one line each."""
        return runtime_warnings.take_unawaited()

    def close_client(self) -> None:
        """Close the client in the thread that opened it. Raises TrialFailed."""
        try:
            self._exits.close()
            return
        except BaseException as error:
            failed = _worker.stage_failed("closing the client", error, self._path)
        raise failed

    def abandon(self) -> None:
        """Close the client that a pool has left open, since its trial was killed."""
        with suppress(BaseException):
            self._exits.close()


def clock_here() -> str:
    """The machine whose clock perf_counter_ns reads: its processes share it from one start of the system to the next.

    Containers and network namespaces of a machine share it too.
    """
    with suppress(OSError):
        return BOOT_ID.read_text().strip()
    return f"{platform.node()} {sys.platform}"
