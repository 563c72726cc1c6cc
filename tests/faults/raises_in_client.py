"""Fail to open the worker's client."""

from typing import Any

from bench import Workload


class RaisesInClient(Workload):
    """Fail to open the worker's client."""

    def items(self) -> range:
        return range(4)

    def client(self, env: Any) -> None:
        raise ConnectionError("no way in")

    def work(self, item: int, client: Any) -> int:
        return item
