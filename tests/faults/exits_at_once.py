"""Leave by the back door."""

import os

from bench import workload


@workload(items=range(4))
def exits_at_once(item: int) -> int:
    """Leave by the back door."""
    if item == 2:
        os._exit(3)
    return item
