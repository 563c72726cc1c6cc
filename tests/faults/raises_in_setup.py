"""Fail before anything is measured."""

from typing import Any

from bench import Workload


class RaisesInSetup(Workload):
    """Fail before anything is measured."""

    def items(self) -> range:
        return range(4)

    def setup(self) -> None:
        raise OSError("no room")

    def work(self, item: int, client: Any) -> int:
        return item
