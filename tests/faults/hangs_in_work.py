"""Never come back from an item."""

import time

from bench import workload


@workload(items=range(4))
def hangs_in_work(item: int) -> int:
    """Never come back from an item."""
    if item == 2:
        time.sleep(1000)
    return item
