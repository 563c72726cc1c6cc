"""Hang, and not go when asked to."""

import signal
import threading
import time

from bench import workload


@workload(items=range(4))
def hangs_and_ignores_sigterm(item: int) -> None:
    """Hang, and not go when asked to."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1000)
