"""Raise an exception that no other process can read."""

from bench import workload


class Weird(Exception):
    """Unpickled with one argument, where it wants two."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


@workload(items=range(4))
def raises_what_cannot_be_unpickled(item: int) -> int:
    """Raise an exception that no other process can read."""
    raise Weird(1, item)
