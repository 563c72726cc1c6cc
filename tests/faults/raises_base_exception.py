"""Raise what is no Exception."""

from bench import workload


class Unusual(BaseException):
    """Not to be caught by accident."""


@workload(items=range(4))
def raises_base_exception(item: int) -> int:
    """Raise what is no Exception."""
    raise Unusual("strange")
