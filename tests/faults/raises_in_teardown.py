"""Fail when all is measured."""

from collections.abc import Iterator
from typing import Any

from bench import Workload


class RaisesInTeardown(Workload):
    """Fail when all is measured."""

    def items(self) -> range:
        return range(4)

    def setup(self) -> Iterator[None]:
        yield
        raise OSError("cannot tidy up")

    def work(self, item: int, client: Any) -> int:
        return item
