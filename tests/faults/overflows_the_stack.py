"""Recurse in native code until its stack is full."""

import ctypes
import sys
from collections.abc import Callable

from bench import workload


@workload(items=range(4))
def overflows_the_stack(item: int) -> int:
    """Recurse in native code until its stack is full."""
    sys.setrecursionlimit(10**6)

    def deeper() -> int:
        return callback()

    callback: Callable[[], int] = ctypes.CFUNCTYPE(ctypes.c_int)(deeper)
    return callback()
