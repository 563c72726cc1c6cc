"""Leave a thread running."""

import threading
import time

from bench import workload


def _goes_on() -> None:
    time.sleep(1000)


@workload(items=range(4))
def leaves_a_thread(item: int) -> int:
    """Leave a thread running."""
    threading.Thread(target=_goes_on).start()
    return item
