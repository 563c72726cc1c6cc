"""Be ended as the kernel ends what takes too much memory."""

import os
import signal

from bench import workload


@workload(items=range(4))
def is_killed_for_memory(item: int) -> int:
    """Be ended as the kernel ends what takes too much memory."""
    if item == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return item
