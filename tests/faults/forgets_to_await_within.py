"""Forget to await what it calls."""

import asyncio

from bench import workload


@workload(items=range(4), bound="io")
async def forgets_to_await_within(item: int) -> int:
    """Forget to await what it calls."""
    asyncio.sleep(1)  # type: ignore[unused-coroutine]  # that is the fault
    return item
