"""Code that `bench.measure` is given in tests: trials import it from here."""

import asyncio
from collections.abc import Iterator
from typing import Any

from bench import Workload, workload


def double(item: int) -> int:
    return 2 * item


async def double_later(item: int) -> int:
    await asyncio.sleep(0)
    return 2 * item


def add(item: int, other: int) -> int:
    return item + other


def pairs(item: int) -> Iterator[int]:
    yield item


def fails_on_three(item: int) -> int:
    if item == 3:
        raise ValueError("no luck")
    return item


def is_doubled(items: list[int], results: list[int]) -> None:
    assert results == [2 * item for item in items]


def is_tripled(items: list[int], results: list[int]) -> bool:
    return results == [3 * item for item in items]


@workload(items=[1, 2], bound="io", check=is_doubled)
def decorated(item: int) -> int:
    """Double the item."""
    return 2 * item


class Scale:
    def __init__(self, factor: int) -> None:
        self.factor = factor

    def times(self, item: int) -> int:
        return self.factor * item


class AsyncCall:
    async def __call__(self, item: int) -> int:
        return 2 * item


class CountDown(Workload):
    """Count down from a number."""

    start: int = 3
    count: int = 2

    def items(self) -> list[int]:
        return [self.start] * self.count

    def work(self, item: int, client: Any) -> int:
        return len(list(range(item, 0, -1)))

    def check(self, items: list[int], results: list[int], env: Any) -> None:
        assert results == [self.start] * self.count
