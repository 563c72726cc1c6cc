"""Raise what cancels a task."""

import asyncio

from bench import workload


@workload(items=range(4))
def raises_cancelled(item: int) -> int:
    """Raise what cancels a task."""
    raise asyncio.CancelledError("of its own")
