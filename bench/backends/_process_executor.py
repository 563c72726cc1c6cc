"""A ProcessPoolExecutor whose processes are prepared as workers, and what its errors mean."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, cast

from bench.backends import _worker
from bench.backends._base import Job
from bench.backends._broken_pool import end_workers, untransportable, why_broken
from bench.backends._executor import Explain
from bench.collect.workload import Workload
from bench.errors import TrialFailed
from bench.process import runtime_warnings, stack_dump
from bench.schema import Status


def process_executor(
    job: Job, processes: int, start_method: str | None, pool: bool = False
) -> tuple[Executor, Explain]:
    """An executor of so many processes, each of which builds the workload, and the explanation of its errors.

    With `pool`, it is one on multiprocessing.Pool.
    """
    context = WatchedContext(multiprocessing.get_context(start_method))
    arguments = (job.source.build, context.Barrier(processes), job.source.path)
    executor: Executor
    if pool:
        from bench.backends._pool_executor import PoolExecutor  # here, since few trials need it

        executor = PoolExecutor(processes, context, _prepare, arguments)
    else:
        own = cast(BaseContext, context)  # it delegates everything to the context
        executor = ProcessPoolExecutor(processes, mp_context=own, initializer=_prepare, initargs=arguments)

    def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
        if not isinstance(error, BrokenExecutor):
            return TrialFailed(Status.ERROR, untransportable(error, items))
        end_workers(context.made)
        executor.shutdown(wait=True, cancel_futures=True)
        codes = [process.exitcode for process in context.made if process.exitcode is not None]
        return why_broken(error, items, codes)

    return executor, explain


def _prepare(build: Callable[[], Workload], barrier: _worker.Barrier, path: str) -> None:
    """Start a worker process: the same set-up as in the trial's own process, then that of every worker."""
    stack_dump.enable()
    runtime_warnings.watch_unawaited()
    _worker.prepare(build, barrier, path)


class WatchedContext:
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
