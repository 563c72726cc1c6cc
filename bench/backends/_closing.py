"""How a pool is closed: in any case, and without hiding what failed before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bench.errors import TrialFailed


@contextmanager
def closing(close: Callable[[], None]) -> Iterator[None]:
    """Close at the end; where something failed before, that is what is told."""
    try:
        yield
    except BaseException:
        with suppress(TrialFailed):
            close()
        raise
    close()
