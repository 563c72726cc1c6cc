"""Never be torn down."""

import time
from collections.abc import Iterator
from typing import Any

from bench import Workload


class HangsInTeardown(Workload):
    """Never be torn down."""

    def items(self) -> range:
        return range(4)

    def setup(self) -> Iterator[None]:
        yield
        time.sleep(1000)

    def work(self, item: int, client: Any) -> int:
        return item
