"""Write to every file that it did not open."""

import os
from contextlib import suppress

from bench import workload


@workload(items=range(4))
def writes_to_all_files(item: int) -> int:
    """Write to every file that it did not open."""
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, b"hello\n")
    return item
