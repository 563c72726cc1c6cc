"""Blocking work in the threads of an event loop."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ClassVar

from bench.backends import _worker
from bench.backends._base import Backend, Job, Pool, closing
from bench.backends._executor import ExecutorPool, one_by_one
from bench.backends._frontier import Frontier
from bench.backends._task_group import explore, task_group
from bench.errors import TrialFailed


class AsyncioThreads(Backend):
    """Blocking work in asyncio.to_thread, awaited in an asyncio.TaskGroup."""

    name = "asyncio-threads"
    optional: ClassVar[bool] = True

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        barrier = threading.Barrier(job.workers)
        executor = ThreadPoolExecutor(
            job.workers, initializer=_worker.prepare, initargs=(lambda: job.workload, barrier, job.source.path)
        )

        def explain(error: BaseException, items: list[Any] | None) -> TrialFailed:
            return _worker.stage_failed("a thread failed", error, job.source.path)

        with asyncio.Runner() as runner:
            runner.get_loop().set_default_executor(executor)
            pool = ToThreadPool(runner, executor, job, explain)
            with closing(pool.close):
                yield pool


class ToThreadPool(ExecutorPool):
    """The loop's default executor has the workers, each with its client."""

    def __init__(
        self,
        runner: asyncio.Runner,
        executor: ThreadPoolExecutor,
        job: Job,
        explain: Callable[[BaseException, list[Any] | None], TrialFailed],
    ) -> None:
        super().__init__(executor, job, one_by_one, explain)
        self._runner = runner

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        return self._runner.run(_batch(items, _worker.call_recorded if record_latency else _worker.call))

    def explore(self, frontier: Frontier, record_latency: bool) -> None:
        call = _worker.call_recorded if record_latency else _worker.call
        self._runner.run(explore(frontier, lambda item: asyncio.to_thread(call, item)))


async def _batch(items: list[Any], call: Callable[[Any], Any]) -> list[Any]:
    async with task_group() as group:
        tasks = [group.create_task(asyncio.to_thread(call, item)) for item in items]
    return [task.result() for task in tasks]
