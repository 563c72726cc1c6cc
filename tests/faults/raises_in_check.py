"""Give what the check cannot even look at."""

from typing import Any

from bench import Workload


class RaisesInCheck(Workload):
    """Give what the check cannot even look at."""

    def items(self) -> range:
        return range(4)

    def check(self, items: list[int], results: list[int], env: Any) -> None:
        raise LookupError("no 99 among the results")

    def work(self, item: int, client: Any) -> int:
        return item
