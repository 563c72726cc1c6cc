"""The workload of `bench overhead`: each pass works on the next of a fixed series of batches."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from bench import Workload

PAYLOAD_BYTES = 1_000_000
PAYLOADS = 16
EMPTY_ITEMS = 1000
PASSES = 2  # over each batch
ITERATIONS = tuple(10 * 4**power for power in range(9))  # from about 0.3 µs to 20 ms per item
ITERATIONS_PER_BATCH = 800_000  # some 30 ms of one core, so that a pass is short, but not too short to time


def batches() -> list[Sequence[Any]]:
    """Empty items, items that are bytes to be sent, and then items that compute, longer from batch to batch."""
    return [[0] * EMPTY_ITEMS, [bytes(PAYLOAD_BYTES)] * PAYLOADS, *(computing(each) for each in ITERATIONS)]


def computing(iterations: int) -> Sequence[int]:
    """A batch whose items each take that many iterations."""
    return [iterations] * max(8, min(EMPTY_ITEMS, ITERATIONS_PER_BATCH // iterations))


class OverheadBatches(Workload):
    """Empty items, large items, and items that compute for a while: what a backend costs."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._passes = count(-1)  # the first one is not timed

    def items(self) -> Sequence[Any]:
        series = batches()
        number = max(next(self._passes), 0) // PASSES
        return series[number % len(series)]

    def work(self, item: Any, client: Any) -> int:
        if isinstance(item, bytes):
            return len(item)
        total = 0
        for _ in range(item):
            total += 1
        return total

    async def work_async(self, item: Any, client: Any) -> int:
        return self.work(item, client)

    def check(self, items: list[Any], results: list[int], env: Any) -> None:
        expected = [len(item) if isinstance(item, bytes) else item for item in items]
        assert results == expected, "some items were not worked on as often as they say"
