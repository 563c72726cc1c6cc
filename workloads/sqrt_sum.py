"""Pure computation in plain Python, which threads cannot share under the GIL."""

import math
from collections.abc import Iterable
from typing import Any

from bench import Workload


class SqrtSum(Workload):
    """Sum the square roots of the first numbers, in plain Python."""

    bound = "cpu"
    tags = ("compute",)
    tasks: int = 32
    n: int = 75_000  # numbers per task

    def items(self) -> Iterable[int]:
        return [self.n] * self.tasks

    def work(self, item: int, client: Any) -> float:
        sqrt = math.sqrt
        total = 0.0
        for i in range(item):
            total += sqrt(i)
        return total

    def check(self, items: list[int], results: list[float], env: Any) -> None:
        expected = math.fsum(map(math.sqrt, range(self.n)))
        for result in results:
            assert math.isclose(result, expected, rel_tol=1e-9), f"got {result}, expected {expected}"
