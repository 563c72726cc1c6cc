"""Processes, each with an interpreter of its own."""

import multiprocessing
import pickle
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, cast

from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool
from bench.backends._executor import started
from bench.errors import ParameterError, TrialFailed
from bench.reasons import one_line, shown
from bench.samples import Interpreter, Status, Value


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
            initializer=_worker.prepare,
            initargs=(job.source.build, barrier, job.source.path),
        )

        def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
            if isinstance(error, BrokenExecutor):
                executor.shutdown(wait=True, cancel_futures=True)
                return TrialFailed(Status.CRASHED, f"a worker process {_fate(context.made)}")
            return TrialFailed(Status.ERROR, _untransportable(error, items))

        with started(executor, job, self.chunksize, explain) as pool:
            yield pool


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


def _fate(processes: list[BaseProcess]) -> str:
    """How the first worker ended; a broken pool itself terminates the others."""
    codes = [process.exitcode for process in processes if process.exitcode is not None]
    code = next((code for code in codes if code != -signal.SIGTERM), codes[0] if codes else None)
    if code is None:
        return "ended before its results came"
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"


def _untransportable(error: BaseException, items: list[Any] | None) -> str:
    """What could not be sent between processes: what setup() yields, an item, or else a result."""
    culprit = next((item for item in items or [] if not _picklable(item)), None)
    what = "a result of work()" if culprit is None else f"item {shown(culprit)}"
    what = "what setup() yields" if items is None else what
    detail = one_line(f"{type(error).__name__}: {error}", 200)
    return f"{what} cannot be sent to another process ({detail}): let it be plain data, which pickle can carry"


def _picklable(item: Any) -> bool:
    try:
        pickle.dumps(item)
    except Exception:
        return False
    return True
