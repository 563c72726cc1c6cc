"""What runs on a Dask worker: the workers of each pool, one per thread.

Every function is called in a thread of the Dask worker, as a task. The threads of one process meet, so that each of
them runs the function once.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from bench.backends._engine_worker import EngineWorker, EngineWorkerFacts
from bench.collect.loader import Source
from bench.process import runtime_warnings

Answer = TypeVar("Answer")

_lock = threading.Lock()
_pools: dict[str, "_Threads"] = {}  # by the token of the pool


@dataclass(frozen=True)
class PoolSpec:
    """What a Dask worker needs to serve a pool: a name for it, the workload, where its file is here, the threads."""

    token: str
    source: Source
    location: str
    threads: int


@dataclass
class _Threads:
    """The workers of one pool in this process, each of which is used by one thread alone."""

    barrier: threading.Barrier
    here: threading.local = field(default_factory=threading.local)
    all: list[EngineWorker] = field(default_factory=list)


class Keeper:
    """The value of a task that lives as long as the pool's connection to the cluster: then its workers are dropped.

    If a trial is killed, nothing that it has opened stays open on a cluster that lives on.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __del__(self) -> None:
        with _lock:
            threads = _pools.pop(self._token, None)
        for worker in threads.all if threads else ():
            worker.abandon()


def open_client(spec: PoolSpec, env: Any) -> EngineWorkerFacts:
    """Make this thread a worker of the pool. Raises TrialFailed."""
    with _lock:
        _watch_unawaited()
        threads = _pools.setdefault(spec.token, _Threads(threading.Barrier(spec.threads)))
        worker = threads.here.worker = EngineWorker(spec.source, spec.location)
        threads.all.append(worker)
    return _meeting(threads, worker.open_client, env)


def take(token: str, method: str) -> Any:
    """Call a method of this thread's worker once every thread of this process has been reached."""
    threads = _pools[token]
    return _meeting(threads, getattr(threads.here.worker, method))


def work_on(token: str, items: list[Any], record: bool) -> list[Any]:
    """Work on some items in this thread. Raises TrialFailed."""
    worker: EngineWorker = _pools[token].here.worker
    return worker.work_on(items, record)


def nothing() -> None:
    """An empty task, to know what one costs."""


@cache
def _watch_unawaited() -> None:
    """Watch this process, once for all pools."""
    runtime_warnings.watch_unawaited()


def _meeting(threads: _Threads, function: Callable[..., Answer], *args: Any) -> Answer:
    try:
        result = function(*args)
    except BaseException:
        threads.barrier.abort()
        raise
    threads.barrier.wait()
    return result
