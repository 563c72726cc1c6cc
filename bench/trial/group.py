"""Ending a trial's process group, so that nothing of it is left: no process, and no semaphore of multiprocessing's."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
POLITE_S = 1.0  # for the leader to go when asked to
TRACKER_S = 1.0  # for multiprocessing's resource tracker to clear away, once all that it serves have gone


def end_group(leader: int) -> None:
    """End every process of the group, the leader first. The leader stays a zombie, to be reaped by who started it."""
    if exit_of(leader) is None:
        os.killpg(leader, signal.SIGTERM)
        _wait_until(lambda: exit_of(leader) is not None, POLITE_S)
    for pid in _members(leader):
        if not _is_resource_tracker(pid):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
    _wait_until(lambda: not _members(leader), TRACKER_S)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def exit_of(pid: int) -> os.waitid_result | None:
    """How a process ended, or None; it is not reaped, so that its group's id cannot pass to another."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)


def _members(group: int) -> list[int]:
    """The living processes of a group; none where there is no /proc to tell."""
    found = []
    with suppress(OSError):
        for entry in PROC.iterdir():
            if entry.name.isdigit() and _state_and_group(entry) == ("alive", group):
                found.append(int(entry.name))
    return found


def _state_and_group(entry: Path) -> tuple[str, int]:
    with suppress(OSError):
        state, _, group, *_ = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return "dead" if state in "ZX" else "alive", int(group)
    return "dead", 0


def _is_resource_tracker(pid: int) -> bool:
    with suppress(OSError):
        return b"multiprocessing.resource_tracker" in (PROC / str(pid) / "cmdline").read_bytes()
    return False


def _wait_until(condition: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
