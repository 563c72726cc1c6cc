"""Raise an exception with a message of many megabytes."""

from bench import workload


@workload(items=range(4))
def raises_a_huge_message(item: int) -> int:
    """Raise an exception with a message of many megabytes."""
    raise ValueError("no luck " * 10_000_000)
