"""Print a lot, read standard input, then close the standard streams."""

import os
import sys
from threading import Lock

from bench import workload

ONE_AT_A_TIME = Lock()  # between another thread's close and open there is no descriptor 1 to close


@workload(items=range(4))
def prints_and_closes_the_standard_streams(item: int) -> int:
    """Print a lot, read standard input, then close the standard streams."""
    os.write(1, b"out" * 100_000)
    os.write(2, b"err" * 100_000)
    assert sys.stdin.read() == ""
    with ONE_AT_A_TIME:
        os.close(1)
        os.open(os.devnull, os.O_WRONLY)
    return item
