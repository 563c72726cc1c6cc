"""Read where nothing is."""

import ctypes

from bench import workload


@workload(items=range(4))
def segfaults(item: int) -> None:
    """Read where nothing is."""
    ctypes.string_at(0)
