"""Raise an exception whose text and repr raise."""

from bench import workload


class Mute(Exception):
    """An exception without a usable text or repr."""

    def __str__(self) -> str:
        raise RuntimeError("no comment")

    __repr__ = __str__


@workload(items=range(4))
def raises_what_cannot_be_printed(item: int) -> int:
    """Raise an exception whose text and repr raise."""
    raise Mute(item)
