"""Leave a daemon thread running."""

import threading
import time

from bench import workload


@workload(items=range(4))
def leaves_a_daemon_thread(item: int) -> int:
    """Leave a daemon thread running."""
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return item
