"""Print to standard error without end."""

import os

from bench import workload


@workload(items=range(4))
def prints_to_stderr_without_end(item: int) -> None:
    """Print to standard error without end."""
    while True:
        os.write(2, b"err\n" * 1000)
