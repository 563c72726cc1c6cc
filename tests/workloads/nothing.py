"""Items that do nothing: what is left is what a backend and the harness cost."""

from typing import Any

from bench import Workload


class Nothing(Workload):
    """Do nothing, many times."""

    count: int = 10_000

    def items(self) -> range:
        return range(self.count)

    def work(self, item: int, client: Any) -> int:
        return item

    async def work_async(self, item: int, client: Any) -> int:
        return item

    def check(self, items: list[int], results: list[int], env: Any) -> None:
        assert results == items, "results are not the items"
