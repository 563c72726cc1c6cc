"""Never make the batch."""

import time
from typing import Any

from bench import Workload


class HangsInItems(Workload):
    """Never make the batch."""

    def items(self) -> range:
        time.sleep(1000)
        return range(4)

    def work(self, item: int, client: Any) -> int:
        return item
