"""Task groups of items: their failure is that of the first item, and they may grow while they work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bench.backends._frontier import Frontier
from bench.errors import ItemFailed, TrialFailed


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group that raises the first failure alone."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        raise first_failure(failures) from None


def first_failure(failures: BaseExceptionGroup[BaseException]) -> TrialFailed:
    """The first failed item, and how many others failed before they were cancelled."""
    failed = [error for error in failures.exceptions if isinstance(error, TrialFailed)]
    if not failed:
        raise failures
    others = len(failed) - 1
    more = f" (and {others} more item{'s' if others > 1 else ''} failed)" if others else ""
    return ItemFailed(failed[0].reason + more) if others else failed[0]


async def explore(frontier: Frontier, work: Callable[[Any], Awaitable[Any]]) -> None:
    """Work on each item of a frontier in a task of its own, started as soon as the item is found."""
    starting = False

    async def one(number: int, item: Any) -> None:
        frontier.finish(number, await work(item))
        if not is_being_cancelled():  # a group that has failed takes no new tasks
            start_found()

    def start_found() -> None:
        nonlocal starting
        if starting:
            return  # an eager task that ended at once: the loop below goes on with what it found
        starting = True
        while found := frontier.take():
            for number, item in found:
                group.create_task(one(number, item))
        starting = False

    async with task_group() as group:
        start_found()


def is_being_cancelled() -> bool:
    """Whether the current task has been asked to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
