"""A task group whose failure is that of the first item."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
