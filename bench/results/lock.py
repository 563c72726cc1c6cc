"""Detect whether a run is being measured: the measuring process holds a lock on its samples.csv."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.schema import SAMPLES_CSV


@contextmanager
def claimed(folder: Path) -> Iterator[bool]:
    """Hold the lock in the block, and yield whether it was free: it is not while the run is being measured."""
    with (folder / SAMPLES_CSV).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            acquired = False
        else:
            acquired = True
        yield acquired


def is_being_measured(folder: Path) -> bool:
    """Whether another process holds the lock; a file that cannot be opened or locked is not being measured."""
    try:
        with claimed(folder) as acquired:
            return not acquired
    except OSError:
        return False
