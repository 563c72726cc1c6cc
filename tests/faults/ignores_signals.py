"""Ignore the signals that ask it to go."""

import signal
import threading

from bench import workload


@workload(items=range(4))
def ignores_signals(item: int) -> int:
    """Ignore the signals that ask it to go."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return item
