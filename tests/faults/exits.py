"""Ask the interpreter to exit."""

import sys

from bench import workload


@workload(items=range(4))
def exits(item: int) -> None:
    """Ask the interpreter to exit."""
    sys.exit(f"item {item} has had enough")
