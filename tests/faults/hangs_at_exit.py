"""Hang when the interpreter ends."""

import atexit
import time

from bench import workload


@workload(items=range(4))
def hangs_at_exit(item: int) -> int:
    """Hang when the interpreter ends."""
    atexit.register(time.sleep, 1000)
    return item
