"""Coroutines on one event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from time import perf_counter_ns
from typing import Any

from bench.backends import _worker
from bench.backends._base import Backend, Job, Lane, Pool, closing, version_of
from bench.backends._frontier import Frontier
from bench.backends._task_group import explore, is_being_cancelled, task_group
from bench.collect.workload import entered_async, overrides
from bench.errors import ParameterError
from bench.schema import AsyncStyle, Interpreter, Value

Work = Callable[[Any, Any], Awaitable[Any]]

EAGER_SINCE = (3, 12)


class Strategy(StrEnum):
    """What awaits the items of a batch."""

    TASKGROUP = "taskgroup"
    GATHER = "gather"


class EventLoop(StrEnum):
    """The event loop that the coroutines run on."""

    ASYNCIO = "asyncio"
    UVLOOP = "uvloop"


class Asyncio(Backend):
    """Coroutines on one event loop; workers are the tasks in flight (taskgroup|gather, uvloop, eager=true)."""

    name = "asyncio"
    strategy: Strategy | None = None
    loop: EventLoop | None = None
    eager: bool | None = None

    @classmethod
    def resolve(cls, options: Mapping[str, Value], interpreter: Interpreter) -> dict[str, Value]:
        if options.get("loop") == EventLoop.UVLOOP and "uvloop" not in interpreter.packages:
            raise ParameterError("loop=uvloop: not installed: pip install 'concurrency-bench[uvloop]'")
        if options.get("eager") and version_of(interpreter) < EAGER_SINCE:
            raise ParameterError("eager=true: needs Python 3.12: --python python3.12")
        usual = {None, Strategy.TASKGROUP, EventLoop.ASYNCIO, False}
        return {name: value for name, value in options.items() if value not in usual}  # recorded if not as usual

    @classmethod
    def async_style(cls, native: bool) -> AsyncStyle | None:
        return AsyncStyle.NATIVE if native else AsyncStyle.BLOCKING

    @contextmanager
    def pool(self, job: Job) -> Iterator[Pool]:
        with asyncio.Runner(loop_factory=self._loop_factory()) as runner:
            if self.eager:
                runner.get_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]  # 3.12
            pool = CoroutinePool(runner, job, self.strategy is Strategy.GATHER)
            runner.run(pool.open())
            with closing(lambda: runner.run(pool.close())):
                yield pool

    def _loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop] | None:
        if self.loop is not EventLoop.UVLOOP:
            return None
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
        return factory


class CoroutinePool(Pool):
    """One loop with one client; a semaphore keeps `workers` items in flight.

    With `gathers`, a batch is awaited by asyncio.gather instead of a task group.
    """

    def __init__(self, runner: asyncio.Runner, job: Job, gathers: bool = False) -> None:
        self._runner = runner
        self._gathers = gathers
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
        self._runner.run(explore(frontier, self._within_slots(self._work(record_latency))))

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
        if self._gathers:
            return await _gathered([asyncio.create_task(one(item)) for item in items])
        async with task_group() as group:
            tasks = [group.create_task(one(item)) for item in items]
        return [task.result() for task in tasks]

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


async def _gathered(tasks: list[asyncio.Task[Any]]) -> list[Any]:
    """The results of all; after a failure, the others are cancelled, which gather itself does not do."""
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise


def _in_coroutine(work: Callable[[Any, Any], Any]) -> Work:
    """Blocking work as a coroutine of the user would call it: it blocks the event loop."""

    async def blocking(item: Any, client: Any) -> Any:
        return work(item, client)

    return blocking


def _is_cancelled(error: BaseException) -> bool:
    """Whether the error is the cancellation of this task, and not one that the work itself raised."""
    return isinstance(error, asyncio.CancelledError) and is_being_cancelled()


def _place_in(task: asyncio.Task[Any], path: str) -> str | None:
    """Where a task's coroutine is defined, if that is in the file: libraries may have tasks of their own."""
    code = getattr(task.get_coro(), "cr_code", None)
    return (
        f"{code.co_name}() ({path.rpartition('/')[2]}:{code.co_firstlineno})"
        if code and code.co_filename == path
        else None
    )
