"""Leave a daemon running: forked twice, its files closed, away from where it began."""

import os
import time

from bench import workload


@workload(items=range(4))
def forks_a_daemon(item: int) -> int:
    """Leave a daemon running: forked twice, its files closed, away from where it began."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return item
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.closerange(0, 256)
    while True:
        time.sleep(1000)
