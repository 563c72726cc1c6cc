"""Waits for items that cannot be sent to another process."""

import threading
import time

LOCKS = [threading.Lock() for _ in range(60)]


def hold(lock: threading.Lock) -> bool:
    """Hold a lock of one's own for a while."""
    with lock:
        time.sleep(0.01)
    return True
