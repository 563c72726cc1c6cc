"""Computation on data that has to be sent: processes pay for each batch that they receive."""

import random
from functools import cached_property
from typing import Any, NamedTuple

from bench import Workload

LARGEST, THRESHOLD = 100, 50


class FilterResult(NamedTuple):
    """Count, sum and mean of the numbers over 50 in one batch."""

    numbers: int
    total: int
    mean: float


class BatchFilter(Workload):
    """Filter batches of integers: count, sum and mean of those over 50."""

    bound = "cpu"
    tags = ("compute",)
    batches: int = 32
    size: int = 125_000  # integers per batch, 0 to 100
    seed: int = 0

    @cached_property
    def _batches(self) -> list[list[int]]:
        generator = random.Random(self.seed)
        return [_integers(generator, self.size) for _ in range(self.batches)]

    @cached_property
    def _expected(self) -> list[FilterResult]:
        return [_filter_bytes(batch) for batch in self._batches]

    def items(self) -> list[list[int]]:
        return self._batches  # work() does not change them

    def work(self, item: list[int], client: Any) -> FilterResult:
        kept = [number for number in item if number > THRESHOLD]
        total = sum(kept)
        return FilterResult(len(kept), total, total / len(kept) if kept else 0.0)

    def check(self, items: list[list[int]], results: list[FilterResult], env: Any) -> None:
        for result, expected in zip(results, self._expected, strict=True):
            assert result == expected, f"got {result}, expected {expected}"


def _integers(generator: random.Random, size: int) -> list[int]:
    """Uniform random numbers from 0 to 100: random bytes below 202, two of which map to each number."""
    usable = 2 * (LARGEST + 1)
    number_of_byte = bytes(byte % (LARGEST + 1) for byte in range(256))
    drawn = b""
    while len(drawn) < size:
        drawn += generator.randbytes(size * 256 // usable + 64).translate(number_of_byte, bytes(range(usable, 256)))
    return list(drawn[:size])


def _filter_bytes(batch: list[int]) -> FilterResult:
    """The same result, computed differently from work()."""
    kept = bytes(batch).translate(None, bytes(range(THRESHOLD + 1)))
    return FilterResult(len(kept), sum(kept), sum(kept) / len(kept) if kept else 0.0)
