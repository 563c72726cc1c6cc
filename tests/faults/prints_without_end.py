"""Print without end."""

import os

from bench import workload


@workload(items=range(4))
def prints_without_end(item: int) -> None:
    """Print without end."""
    while True:
        os.write(1, b"out" * 1000)
