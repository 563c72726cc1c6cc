"""Leave a child running, in a session of its own."""

import os
import time

from bench import workload


@workload(items=range(4))
def forks_a_child(item: int) -> int:
    """Leave a child running, in a session of its own."""
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
    return item
