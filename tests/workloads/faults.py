"""Workloads for tests of a trial and of the command; each way to go wrong has a file of its own in ../faults."""

import os
import time
from collections.abc import Iterator
from typing import Any

from bench import Workload, workload


@workload(items=range(4))
def fine(item: int) -> int:
    """Nothing goes wrong."""
    return item


@workload(items=range(4))
def leaves(item: int) -> int:
    """Leave by the back door."""
    if item == 2:
        os._exit(3)
    return item


@workload(items=range(4))
def hangs(item: int) -> None:
    """Never come back."""
    time.sleep(1000)


class FailsInTeardown(Workload):
    """Fail when all is measured."""

    def setup(self) -> Iterator[None]:
        yield
        raise OSError("cannot tidy up")

    def items(self) -> range:
        return range(2)

    def work(self, item: int, client: Any) -> int:
        return item
