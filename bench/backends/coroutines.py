"""Coroutines on one event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter_ns
from typing import Any

from bench.backends import _worker
from bench.backends._base import Backend, Job, Lane, Pool, closing
from bench.backends._frontier import Frontier
from bench.collect.workload import entered_async, overrides
from bench.errors import ItemFailed, TrialFailed
from bench.schema import AsyncStyle

Work = Callable[[Any, Any], Awaitable[Any]]


class Asyncio(Backend):
    """Coroutines on one event loop, in an asyncio.TaskGroup; workers are the tasks in flight."""

    name = "asyncio"

    @classmethod
    def async_style(cls, native: bool) -> AsyncStyle | None:
        return AsyncStyle.NATIVE if native else AsyncStyle.BLOCKING

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        with asyncio.Runner() as runner:
            pool = CoroutinePool(runner, job)
            runner.run(pool.open())
            with closing(lambda: runner.run(pool.close())):
                yield pool


class CoroutinePool(Pool):
    """One loop with one client; a semaphore keeps `workers` items in flight."""

    def __init__(self, runner: asyncio.Runner, job: Job) -> None:
        self._runner = runner
        self._job = job
        self._spans: list[list[tuple[int, int]]] = [[] for _ in range(job.workers)]
        self._native = overrides(type(job.workload), "work_async")

    async def open(self) -> None:
        """Open the client in a task that lives until the end: some must be closed in the task that opened them."""
        self._stop = asyncio.Event()
        ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep_client(ready))
        await asyncio.wait([ready, self._keeper], return_when=asyncio.FIRST_COMPLETED)
        if self._keeper.done():
            self._keeper.result()
        self._client = await ready
        self._ready_ns = perf_counter_ns()
        self._tasks_before = asyncio.all_tasks()  # those that belong to the client
        self.gil = _worker.gil_here()

    async def close(self) -> None:
        """Close the client."""
        self._stop.set()
        await self._keeper

    def run(self, items: list[Any], record_latency: bool) -> list[Any]:
        return self._runner.run(self._batch(items, self._work(record_latency)))

    def explore(self, frontier: Frontier, record_latency: bool) -> None:
        self._runner.run(self._frontier(frontier, self._work(record_latency)))

    def take_lanes(self) -> list[Lane]:
        taken, self._spans = self._spans, [[] for _ in self._spans]
        return [Lane(self._ready_ns, spans) for spans in taken]

    def take_unfinished(self) -> list[str]:
        """Include tasks of the workload's own coroutines, whose work continues after the last result."""
        left = asyncio.all_tasks(self._runner.get_loop()) - self._tasks_before
        places = [place for task in left if (place := _place_in(task, self._job.source.path))]
        return [
            *super().take_unfinished(),
            *(f"the task of {place} was still running after the last item" for place in places),
        ]

    async def _keep_client(self, ready: asyncio.Future[Any]) -> None:
        stage = "client"
        workload, env = self._job.workload, self._job.env
        try:
            context = workload.client_async(env) if self._native else workload.client(env)
            async with entered_async(context, "client") as client:
                ready.set_result(client)
                await self._stop.wait()
                stage = "closing the client"
        except BaseException as error:
            raise _worker.stage_failed(stage, error, self._job.source.path) from error

    async def _batch(self, items: list[Any], work: Work) -> list[Any]:
        one = self._within_slots(work)
        async with _task_group() as group:
            tasks = [group.create_task(one(item)) for item in items]
        return [task.result() for task in tasks]

    async def _frontier(self, frontier: Frontier, work: Work) -> None:
        one = self._within_slots(work)

        async def explore(number: int, item: Any) -> None:
            frontier.finish(number, await one(item))
            start_found()

        def start_found() -> None:
            for number, item in frontier.take():
                group.create_task(explore(number, item))

        async with _task_group() as group:
            start_found()

    def _within_slots(self, work: Work) -> Callable[[Any], Coroutine[Any, Any, Any]]:
        """Work on an item once fewer than `workers` are in flight."""
        slots, client, path = asyncio.Semaphore(self._job.workers), self._client, self._job.source.path

        async def one(item: Any) -> Any:
            async with slots:
                try:
                    return await work(item, client)
                except BaseException as error:
                    if _is_cancelled(error):
                        raise
                    raise _worker.item_failed(error, item, path) from error

        return one

    def _work(self, record_latency: bool) -> Work:
        work = self._job.workload.work_async if self._native else _in_coroutine(self._job.workload.work)
        return self._recorded(work) if record_latency else work

    def _recorded(self, work: Work) -> Work:
        free = list(self._spans)

        async def recorded(item: Any, client: Any) -> Any:
            lane = free.pop()
            began = perf_counter_ns()
            result = await work(item, client)
            lane.append((began, perf_counter_ns()))
            free.append(lane)
            return result

        return recorded


@asynccontextmanager
async def _task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group that raises the first failure alone."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        raise _first(failures) from None


def _in_coroutine(work: Callable[[Any, Any], Any]) -> Work:
    """Blocking work as a coroutine of the user would call it: it blocks the event loop."""

    async def blocking(item: Any, client: Any) -> Any:
        return work(item, client)

    return blocking


def _is_cancelled(error: BaseException) -> bool:
    """Whether the error is the cancellation of this task, and not one that the work itself raised."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _place_in(task: asyncio.Task[Any], path: str) -> str | None:
    """Where a task's coroutine is defined, if that is in the file: libraries may have tasks of their own."""
    code = getattr(task.get_coro(), "cr_code", None)
    return (
        f"{code.co_name}() ({path.rpartition('/')[2]}:{code.co_firstlineno})"
        if code and code.co_filename == path
        else None
    )


def _first(failures: BaseExceptionGroup[BaseException]) -> TrialFailed:
    """The first failed item, and how many others failed before they were cancelled."""
    failed = [error for error in failures.exceptions if isinstance(error, TrialFailed)]
    if not failed:
        raise failures
    others = len(failed) - 1
    more = f" (and {others} more item{'s' if others > 1 else ''} failed)" if others else ""
    return ItemFailed(failed[0].reason + more)
