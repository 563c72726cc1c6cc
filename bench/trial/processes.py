"""Which processes belong to a trial: those of its process group, and all that carry its folder in their environment.

A process that leaves the group (setsid, a daemon) still has the TMPDIR that it was started with, as continuous
integration systems find what a build left by a variable of theirs. Where there is no /proc, nothing can be found.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def members(group: int) -> set[int]:
    """The living processes of a group."""
    return {pid for pid in _pids() if _state_and_group(pid) == ("alive", group)}


def carriers(folder: Path) -> set[int]:
    """The living processes, but for this one, whose TMPDIR is the folder or one below it."""
    return {pid for pid in _pids() if pid != os.getpid() and _carries(pid, b"TMPDIR=" + os.fsencode(folder))}


def may_be_resource_tracker(pid: int) -> bool:
    """Whether it is the one that clears away multiprocessing's semaphores and shared memory, once others are gone.

    A program that is only being started has no command yet, so it may be one.
    """
    with suppress(OSError):
        command = (PROC / str(pid) / "cmdline").read_bytes()
        return not command or b"multiprocessing.resource_tracker" in command
    return False


def _pids() -> Iterator[int]:
    with suppress(OSError):
        yield from (int(name) for name in os.listdir(PROC) if name.isdigit())  # noqa: PTH208  # fifty times a second


def _carries(pid: int, token: bytes) -> bool:
    with suppress(OSError):  # another user's, or gone
        entries = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
        return any(entry == token or entry.startswith(token + b"/") for entry in entries)
    return False


def _state_and_group(pid: int) -> tuple[str, int]:
    with suppress(OSError):
        state, _, group, *_ = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return "dead" if state in "ZX" else "alive", int(group)
    return "dead", 0
