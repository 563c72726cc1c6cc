"""Set a time limit for every socket of the process."""

import socket

from bench import workload


@workload(items=range(4))
def limits_all_sockets(item: int) -> int:
    """Set a time limit for every socket of the process."""
    socket.setdefaulttimeout(0.001)
    return item
