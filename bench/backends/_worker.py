"""The worker's side of a pool: functions that run in each thread or process, all importable from any process.

Each worker has its own thread-local state: a process of a pool works in its main thread. A subinterpreter has one
worker, whose calls come without any state of a thread.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter_ns
from types import SimpleNamespace
from typing import Any, Protocol

from bench.backends._base import Lane
from bench.collect.workload import Workload, entered
from bench.errors import BenchError, ItemFailed, MissingPackage, TrialFailed
from bench.process.failure_reason import main_interpreter_only, missing_package, reason, short_repr
from bench.schema import Gil, Status

_here: Any = threading.local()


class Barrier(Protocol):
    """What threading.Barrier and multiprocessing.Barrier have in common."""

    def wait(self) -> int: ...
    def abort(self) -> None: ...


class Alone:
    """The barrier of a worker that is on its own."""

    def wait(self) -> int:
        return 0

    def abort(self) -> None:
        return None


@dataclass(frozen=True)
class Facts:
    """What a worker reports once it is ready."""

    pid: int
    gil: Gil


def gil_here() -> Gil:
    """Whether this process has the GIL enabled; call it after the workload's imports, which may enable it."""
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)
    return Gil.ON if enabled() else Gil.OFF


def stage_failed(stage: str, error: BaseException, path: str, status: Status = Status.ERROR) -> TrialFailed:
    """The failure of one of the workload's own methods."""
    if isinstance(error, TrialFailed):
        return error
    if isinstance(error, MissingPackage):
        return _skipped(error.package, error.extra)
    if package := missing_package(error):
        return _skipped(package)
    if module := main_interpreter_only(error):
        return _not_in_subinterpreter(module)
    detail = str(error) if isinstance(error, BenchError) else reason(error, path)
    return TrialFailed(status, f"{stage}: {detail}")


def _skipped(package: str, extra: str = "") -> TrialFailed:
    """The failure of a case that cannot run, since a package is missing; an extra of this project may install it."""
    here = f"Python {sys.version.split()[0]} ({sys.executable})"
    if extra:
        remedy = f"pip install 'concurrency-bench[{extra}]'"
        return TrialFailed(Status.SKIPPED, f"{package} is not installed: {remedy} in {here}")
    return TrialFailed(Status.SKIPPED, f"{here} lacks the package {package}, which the workload imports")


def _not_in_subinterpreter(module: str) -> TrialFailed:
    return TrialFailed(Status.SKIPPED, f"{module}, which the workload imports, cannot be imported in a subinterpreter")


def item_failed(error: BaseException, item: Any, path: str) -> TrialFailed:
    """The failure of one item."""
    if package := missing_package(error):
        return _skipped(package)
    if module := main_interpreter_only(error):
        return _not_in_subinterpreter(module)
    return ItemFailed(f"item {short_repr(item)}: {reason(error, path)}")


def keep_state_per_interpreter() -> None:
    """Let the state of the worker belong to this interpreter, in which it is the only one."""
    global _here  # noqa: PLW0603  # an interpreter that runs a call enters its thread anew, without thread-local state
    _here = SimpleNamespace()


def prepare(build: Callable[[], Workload], barrier: Barrier, path: str) -> None:
    """Give a new worker its workload, before it receives any object from the workload file."""
    _here.barrier, _here.path, _here.spans, _here.exits = barrier, path, [], ExitStack()
    try:
        _here.workload = build()
    except BaseException as error:
        _here.workload = stage_failed("loading", error, path)


def open_client(env: Any) -> Facts:
    """Open the client of this worker, which is ready then."""
    if isinstance(_here.workload, TrialFailed):
        raise _here.workload
    try:
        _here.client = _here.exits.enter_context(entered(_here.workload.client(env), "client"))
    except BaseException as error:
        raise stage_failed("client", error, _here.path) from None
    _here.work = _here.workload.work
    _here.ready_ns = perf_counter_ns()
    return Facts(os.getpid(), gil_here())


def built_workload() -> Workload:
    """The workload of this worker. Raises TrialFailed if it could not be built."""
    if isinstance(_here.workload, TrialFailed):
        raise _here.workload
    found: Workload = _here.workload
    return found


def client() -> Any:
    """The client that this worker opened."""
    return _here.client


def call(item: Any) -> Any:
    """Work on one item."""
    try:
        return _here.work(item, _here.client)
    except BaseException as error:
        raise item_failed(error, item, _here.path) from None


def call_recorded(item: Any) -> Any:
    """Work on one item, and record when it began and ended."""
    began = perf_counter_ns()
    result = call(item)
    _here.spans.append((began, perf_counter_ns()))
    return result


def take_lane() -> Lane:
    """Hand over what this worker has recorded."""
    lane, _here.spans = Lane(_here.ready_ns, _here.spans), []
    return lane


def close_client() -> None:
    """Close the client in the thread that opened it."""
    try:
        _here.exits.close()
    except BaseException as error:
        raise stage_failed("closing the client", error, _here.path) from None


def meet(function: Callable[..., Any], *args: Any) -> Any:
    """Run a function, then wait until every other worker has run it: thus each worker runs it exactly once."""
    try:
        result = function(*args)
    except BaseException:
        _here.barrier.abort()
        raise
    _here.barrier.wait()
    return result
