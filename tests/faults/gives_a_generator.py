"""Give a generator that nobody iterates over."""

from typing import Any

from bench import workload


@workload(items=range(4))
def gives_a_generator(item: int) -> Any:
    """Give a generator that nobody iterates over."""
    return (number for number in range(item))
