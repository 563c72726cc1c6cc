"""Fork, and let the copy go on as if it were the trial."""

import os

from bench import workload


@workload(items=range(4))
def forks_and_both_go_on(item: int) -> int:
    """Fork, and let the copy go on as if it were the trial."""
    if item == 2:
        os.fork()
    return item
