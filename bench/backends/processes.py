"""Processes, each with its own interpreter."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, cast

from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool
from bench.backends._broken_pool import end_workers, untransportable, why_broken
from bench.backends._executor import started
from bench.collect.workload import Workload
from bench.errors import ParameterError, TrialFailed
from bench.process import runtime_warnings, stack_dump
from bench.schema import Interpreter, Status, Value


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
                f"start_method={method}: Python {interpreter.version} only supports "
                f"{', '.join(interpreter.start_methods)} on this system"
            )
        if not isinstance(options["chunksize"], int) or options["chunksize"] < 1:
            raise ParameterError(f"chunksize={options['chunksize']}: must be a positive integer")
        return {**options, "start_method": method}

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        context = _Watched(multiprocessing.get_context(self.start_method))
        barrier = context.Barrier(job.workers)
        executor = ProcessPoolExecutor(
            job.workers,
            mp_context=cast(BaseContext, context),  # it delegates everything to the context
            initializer=_prepare,
            initargs=(job.source.build, barrier, job.source.path),
        )

        def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
            if not isinstance(error, BrokenExecutor):
                return TrialFailed(Status.ERROR, untransportable(error, items))
            end_workers(context.made)
            executor.shutdown(wait=True, cancel_futures=True)
            return why_broken(error, items, context.made)

        with started(executor, job, self.chunksize, explain) as pool:
            yield pool


def _prepare(build: Callable[[], Workload], barrier: _worker.Barrier, path: str) -> None:
    """Start a worker process: the same set-up as in the trial's own process, then that of every worker."""
    stack_dump.enable()
    runtime_warnings.watch_unawaited()
    _worker.prepare(build, barrier, path)


class _Watched:
    """A multiprocessing context that keeps the processes it has made, for their exit codes."""

    def __init__(self, context: BaseContext) -> None:
        self._context = context
        self.made: list[BaseProcess] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # noqa: N802  # multiprocessing's own name
        process: BaseProcess = self._context.Process(*args, **kwargs)  # type: ignore[attr-defined]  # in every subclass
        self.made.append(process)
        return process
