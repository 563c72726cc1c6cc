"""Leave a task running that will not be cancelled."""

import asyncio
from contextlib import suppress

from bench import workload


async def _goes_on() -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(1000)


@workload(items=range(4), bound="io")
async def leaves_a_stubborn_task(item: int) -> int:
    """Leave a task running that will not be cancelled."""
    asyncio.create_task(_goes_on())  # noqa: RUF006  # that is the fault
    await asyncio.sleep(0)
    return item
