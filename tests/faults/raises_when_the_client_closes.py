"""Fail to close the worker's client."""

from collections.abc import Iterator
from typing import Any

from bench import Workload


class RaisesWhenTheClientCloses(Workload):
    """Fail to close the worker's client."""

    def items(self) -> range:
        return range(4)

    def client(self, env: Any) -> Iterator[None]:
        yield
        raise ConnectionError("no way out")

    def work(self, item: int, client: Any) -> int:
        return item
