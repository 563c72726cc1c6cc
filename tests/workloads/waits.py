"""Items that only wait."""

import asyncio
import time
from typing import Any

from bench import Workload


class Waits(Workload):
    """Wait, each item for the same time."""

    bound = "io"
    count: int = 16
    seconds: float = 0.05

    def items(self) -> range:
        return range(self.count)

    def work(self, item: int, client: Any) -> int:
        time.sleep(self.seconds)
        return item

    async def work_async(self, item: int, client: Any) -> int:
        await asyncio.sleep(self.seconds)
        return item

    def check(self, items: list[int], results: list[int], env: Any) -> None:
        assert results == items, "results are not the items"
