"""Fail in a task group of its own."""

import asyncio

from bench import workload


async def _fails(item: int) -> None:
    raise LookupError(f"task of item {item}")


@workload(items=range(4), bound="io")
async def raises_in_a_task_group(item: int) -> None:
    """Fail in a task group of its own."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_fails(item))
        group.create_task(asyncio.sleep(10))
