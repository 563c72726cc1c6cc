"""The self-test's trial: the same work each time, once untimed and once timed, in its own interpreter."""

import sys
import time

COUNT = 600_000


def work() -> int:
    """Compute for some tens of milliseconds in plain Python."""
    total = 0
    for number in range(COUNT):
        total += number * number % 7
    return total


if __name__ == "__main__":
    work()
    begin = time.perf_counter_ns()
    work()
    sys.stdout.write(str(time.perf_counter_ns() - begin))
