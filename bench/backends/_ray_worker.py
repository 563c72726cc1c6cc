"""What runs in the process of a Ray actor, which is a worker of one pool alone."""

import os
import sys
from pathlib import Path
from typing import Any

from bench.backends._engine_worker import EngineWorker, EngineWorkerFacts
from bench.collect.loader import Source
from bench.process import runtime_warnings

_worker: list[EngineWorker] = []


def open_client(source: Source, location: str, env: Any) -> EngineWorkerFacts:
    """Make this process a worker of the pool. Raises TrialFailed."""
    runtime_warnings.watch_unawaited()
    _worker.append(EngineWorker(source, location))
    return _worker[0].open_client(env)


def print_to(pid: int) -> None:
    """Let this process print to the stderr of another one, so that its stacks are found when it hangs or crashes."""
    descriptor = os.open(f"/proc/{pid}/fd/2", os.O_WRONLY)
    os.dup2(descriptor, sys.__stderr__.fileno() if sys.__stderr__ else 2)
    os.close(descriptor)


def locate(delivery: str, name: str) -> str:
    """Where the workload's file is here, of a delivery that Ray has made importable; modules beside it become so."""
    folder = next(folder for entry in sys.path if (folder := Path(entry, delivery)).is_dir())
    sys.path.append(str(folder / "beside"))
    return str(folder / "workload" / name)


def take(method: str) -> Any:
    """Call a method of the worker."""
    return getattr(_worker[0], method)()


def work_on(items: list[Any], record: bool) -> list[Any]:
    """Work on some items. Raises TrialFailed."""
    return _worker[0].work_on(items, record)


def nothing() -> None:
    """An empty task, to know what one costs."""
