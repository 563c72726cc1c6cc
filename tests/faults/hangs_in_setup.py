"""Never be set up."""

import time
from typing import Any

from bench import Workload


class HangsInSetup(Workload):
    """Never be set up."""

    def items(self) -> range:
        return range(4)

    def setup(self) -> None:
        time.sleep(1000)

    def work(self, item: int, client: Any) -> int:
        return item
