"""Let one worker die while the others hang and ignore SIGTERM."""

import os
import signal
import threading
import time

from bench import workload


@workload(items=range(4))
def kills_one_worker_while_others_hang(item: int) -> None:
    """Let one worker die while the others hang and ignore SIGTERM."""
    if item == 0:
        time.sleep(0.2)
        os._exit(7)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1000)
