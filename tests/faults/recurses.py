"""Recurse without end."""

from bench import workload


@workload(items=range(4))
def recurses(item: int) -> int:
    """Recurse without end."""
    return recurses(item)
