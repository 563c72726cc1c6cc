"""Make shared memory, and be killed before it is given back."""

import os
import signal
import time
from multiprocessing import shared_memory

from bench import workload


@workload(items=range(4))
def leaves_shared_memory(item: int) -> None:
    """Make shared memory, and be killed before it is given back."""
    if item == 0:
        shared_memory.SharedMemory(create=True, size=4096)
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.2)
