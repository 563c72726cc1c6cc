"""Give a coroutine that nobody awaits."""

import asyncio
from typing import Any

from bench import workload


@workload(items=range(4))
def forgets_to_await(item: int) -> Any:
    """Give a coroutine that nobody awaits."""
    return asyncio.sleep(0)
