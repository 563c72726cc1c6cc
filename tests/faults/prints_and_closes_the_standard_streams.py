"""Print a lot, read standard input, then close the standard streams."""

import os
import sys

from bench import workload


@workload(items=range(4))
def prints_and_closes_the_standard_streams(item: int) -> int:
    """Print a lot, read standard input, then close the standard streams."""
    os.write(1, b"out" * 100_000)
    os.write(2, b"err" * 100_000)
    assert sys.stdin.read() == ""
    os.close(1)
    os.open(os.devnull, os.O_WRONLY)
    return item
