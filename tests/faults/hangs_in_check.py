"""Never be done checking."""

import time
from typing import Any

from bench import Workload


class HangsInCheck(Workload):
    """Never be done checking."""

    def items(self) -> range:
        return range(4)

    def check(self, items: list[int], results: list[int], env: Any) -> None:
        time.sleep(1000)

    def work(self, item: int, client: Any) -> int:
        return item
