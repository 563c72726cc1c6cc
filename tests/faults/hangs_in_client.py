"""Never open the worker's client."""

import time
from typing import Any

from bench import Workload


class HangsInClient(Workload):
    """Never open the worker's client."""

    def items(self) -> range:
        return range(4)

    def client(self, env: Any) -> None:
        time.sleep(1000)

    def work(self, item: int, client: Any) -> int:
        return item
