"""What this machine gives at best: pure Python and a pure wait, which are measured beside the function."""

import asyncio
import time

from bench import Workload


class PurePython(Workload):
    """Add numbers, which keeps a core and the GIL busy."""

    bound = "cpu"
    count: int = 32
    numbers: int = 60_000

    def items(self) -> list[int]:
        return [self.numbers] * self.count

    def work(self, item: int, client: object) -> int:
        return sum(range(item))

    async def work_async(self, item: int, client: object) -> int:
        return self.work(item, client)


class PureWait(Workload):
    """Wait for nothing but the clock."""

    bound = "io"
    count: int = 32
    seconds: float = 0.005

    def items(self) -> list[float]:
        return [self.seconds] * self.count

    def work(self, item: float, client: object) -> None:
        time.sleep(item)

    async def work_async(self, item: float, client: object) -> None:
        await asyncio.sleep(item)
