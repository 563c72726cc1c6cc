"""Raise an exception that cannot say what it is."""

from bench import workload


class Mute(Exception):
    """Neither its text nor its repr can be had."""

    def __str__(self) -> str:
        raise RuntimeError("no comment")

    __repr__ = __str__


@workload(items=range(4))
def raises_what_cannot_be_printed(item: int) -> int:
    """Raise an exception that cannot say what it is."""
    raise Mute(item)
