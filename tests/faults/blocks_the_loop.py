"""Block the event loop for ever."""

import time

from bench import workload


@workload(items=range(4), bound="io")
async def blocks_the_loop(item: int) -> None:
    """Block the event loop for ever."""
    time.sleep(1000)  # noqa: ASYNC251  # that is the fault
