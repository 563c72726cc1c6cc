"""Make shared memory, and be killed before it is given back."""

import os
import signal
from multiprocessing import shared_memory

from bench import workload


@workload(items=range(4))
def leaves_shared_memory(item: int) -> None:
    """Make shared memory, and be killed before it is given back."""
    shared_memory.SharedMemory(create=True, size=4096)
    os.kill(os.getpid(), signal.SIGKILL)
