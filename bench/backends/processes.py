"""Processes, each with an interpreter of its own."""

import multiprocessing
import pickle
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing import connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, cast

from bench import stacks, unawaited
from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool
from bench.backends._executor import started
from bench.errors import ParameterError, TrialFailed
from bench.reasons import fate, one_line, shown
from bench.samples import Interpreter, Status, Value
from bench.workload import Workload

POLITE_S = 1.0  # for workers to go when a broken pool asks them to


class StartMethod(StrEnum):
    """How multiprocessing makes a process."""

    FORK = "fork"
    SPAWN = "spawn"
    FORKSERVER = "forkserver"


class Multiprocessing(Backend):
    """Processes, in a concurrent.futures.ProcessPoolExecutor (start_method=fork|spawn|forkserver, chunksize=N)."""

    name = "multiprocessing"
    start_method: StartMethod | None = None
    chunksize: int = 1

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        method = options["start_method"] or interpreter.start_methods[0]
        if method not in interpreter.start_methods:
            raise ParameterError(
                f"start_method={method}: Python {interpreter.version} has {', '.join(interpreter.start_methods)} here"
            )
        if not isinstance(options["chunksize"], int) or options["chunksize"] < 1:
            raise ParameterError(f"chunksize={options['chunksize']}: a chunk has at least 1 item")
        return {**options, "start_method": method}

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        context = _Watched(multiprocessing.get_context(self.start_method))
        barrier = context.Barrier(job.workers)
        executor = ProcessPoolExecutor(
            job.workers,
            mp_context=cast(BaseContext, context),  # it delegates all that a context has
            initializer=_prepare,
            initargs=(job.source.build, barrier, job.source.path),
        )

        def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
            if not isinstance(error, BrokenExecutor):
                return TrialFailed(Status.ERROR, _untransportable(error, items))
            _end(context.made)
            executor.shutdown(wait=True, cancel_futures=True)
            return _broken(error, items, context.made)

        with started(executor, job, self.chunksize, explain) as pool:
            yield pool


def _prepare(build: Callable[[], Workload], barrier: _worker.Barrier, path: str) -> None:
    """What a trial's own process does at its start, too; then what every worker does."""
    stacks.tell()
    unawaited.watch()
    _worker.prepare(build, barrier, path)


class _Watched:
    """A multiprocessing context that keeps the processes it made, for their exit codes."""

    def __init__(self, context: BaseContext) -> None:
        self._context = context
        self.made: list[BaseProcess] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # noqa: N802  # multiprocessing's own name
        process: BaseProcess = self._context.Process(*args, **kwargs)  # type: ignore[attr-defined]  # in every subclass
        self.made.append(process)
        return process


def _end(processes: list[BaseProcess]) -> None:
    """A broken pool asks its workers to go, and waits for them without end; those that will not are killed."""
    started = {process.sentinel: process for process in processes if process.pid is not None}
    deadline = time.monotonic() + POLITE_S
    while started and (left := deadline - time.monotonic()) > 0:
        for sentinel in connection.wait(list(started), left):
            started.pop(cast(int, sentinel))
    for process in started.values():
        process.kill()


def _broken(error: BrokenExecutor, items: list[Any] | None, processes: list[BaseProcess]) -> TrialFailed:
    """Why a pool broke: a worker that ended, or what could not be read back on either side."""
    codes = [process.exitcode for process in processes if process.exitcode is not None]
    code = next((code for code in codes if code not in (-signal.SIGTERM, -signal.SIGKILL)), None)
    code = -signal.SIGKILL if code is None and -signal.SIGKILL in codes else code
    if code == 1 and (culprit := next((item for item in items or [] if not _portable(item)), None)) is not None:
        return TrialFailed(Status.ERROR, _what_cannot(f"item {shown(culprit)}", "no worker process can read it"))
    if code is None and error.__cause__ is not None:  # the traceback of what was raised while a result was read
        *_, last, _quotes = str(error.__cause__).strip().splitlines()
        return TrialFailed(Status.ERROR, _what_cannot("a result of work()", last))
    how = (
        "could not be reached any more: its code may have closed files that were not its own"
        if code is None
        else fate(code)
    )
    return TrialFailed(Status.CRASHED, f"a worker process {how}")


def _untransportable(error: BaseException, items: list[Any] | None) -> str:
    """What could not be sent between processes: what setup() yields, an item, or else a result."""
    culprit = next((item for item in items or [] if not _portable(item)), None)
    what = "a result of work()" if culprit is None else f"item {shown(culprit)}"
    what = "what setup() yields" if items is None else what
    return _what_cannot(what, f"{type(error).__name__}: {error}")


def _what_cannot(what: str, why: str) -> str:
    return (
        f"{what} cannot be sent to another process ({one_line(why, 200)}): let it be plain data, which pickle can carry"
    )


def _portable(item: Any) -> bool:
    try:
        pickle.loads(pickle.dumps(item))
    except Exception:
        return False
    return True
