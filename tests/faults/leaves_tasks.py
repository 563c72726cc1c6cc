"""Leave tasks running."""

import asyncio

from bench import workload


async def _goes_on() -> None:
    await asyncio.sleep(1000)


@workload(items=range(4), bound="io")
async def leaves_tasks(item: int) -> int:
    """Leave tasks running."""
    asyncio.create_task(_goes_on())  # noqa: RUF006  # that is the fault
    await asyncio.sleep(0)
    return item
