"""Coroutines that were made and never awaited: their work did not happen, so a pass that has one is wrong."""

from bench.overheard import overhear

_told: list[str] = []


def watch() -> None:
    """Keep every warning of Python's that a coroutine was never awaited; others go on as before."""
    overhear(".* was never awaited", _told)


def take() -> list[str]:
    """What was told in this process since the last call."""
    taken = _told[:]
    _told.clear()
    return taken
