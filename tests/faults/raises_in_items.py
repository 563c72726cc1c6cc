"""Fail to make the batch."""

from typing import Any

from bench import Workload


class RaisesInItems(Workload):
    """Fail to make the batch."""

    def items(self) -> range:
        raise LookupError("nothing found")

    def work(self, item: int, client: Any) -> int:
        return item
