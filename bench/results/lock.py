"""Whether a run is being measured: whoever measures holds a lock on its samples.csv."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.schema import SAMPLES_CSV


@contextmanager
def claimed(folder: Path) -> Iterator[bool]:
    """Hold the lock meanwhile, and tell whether that was possible: it is not while the run is being measured."""
    with (folder / SAMPLES_CSV).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mine = False
        else:
            mine = True
        yield mine


def is_being_measured(folder: Path) -> bool:
    """Whether another process holds the lock; a file that cannot be opened or locked is not being measured."""
    try:
        with claimed(folder) as mine:
            return not mine
    except OSError:
        return False
