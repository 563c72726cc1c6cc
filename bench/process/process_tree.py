"""Find and end the processes of a trial: its process group, and all that have its folder in their environment.

A process that leaves the group (setsid, a daemon) still has the TMPDIR that it was started with; continuous integration
systems find the processes that a build left behind in the same way. Without /proc, no process can be found.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def members(group: int) -> set[int]:
    """The living processes of a group."""
    return {pid for pid in _pids() if _state_and_group(pid) == ("alive", group)}


def carriers(folder: Path) -> set[int]:
    """The living processes, except this one, whose TMPDIR is the folder or one below it."""
    return {pid for pid in _pids() if pid != os.getpid() and _carries(pid, b"TMPDIR=" + os.fsencode(folder))}


def may_be_resource_tracker(pid: int) -> bool:
    """Whether this may be the process that removes multiprocessing's semaphores and shared memory in the end.

    A program that is just being started has no command line yet, so it may be one.
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


POLITE_S = 1.0  # for the leader to exit when asked to
TRACKER_S = 3.0  # for multiprocessing's resource tracker to start and clean up, once the others are gone
STUBBORN_S = 6.0  # a process that the kernel cannot end in this time is given up
_INTERVAL_S = 0.01


def end_trial(leader: int, folder: Path) -> None:
    """End every process of a trial, the leader first. The leader stays a zombie until its parent reaps it."""
    if exit_of(leader) is None:
        ask_to_end(leader)
        _wait_until(lambda: exit_of(leader) is not None, POLITE_S)
    end_all(lambda: members(leader) | carriers(folder))
    with suppress(ProcessLookupError, PermissionError):  # without /proc, this is all that can be done
        os.killpg(leader, signal.SIGKILL)


def ask_to_end(leader: int) -> None:
    """Ask the processes of a trial's group to end, without waiting for them."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGTERM)


def end_all(find: Callable[[], set[int]]) -> None:
    """Kill the processes found until there are none, since they may start others; resource trackers last."""
    began = time.monotonic()
    while (pids := find()) and (elapsed_s := time.monotonic() - began) < STUBBORN_S:
        for pid in pids:
            if elapsed_s > TRACKER_S or not may_be_resource_tracker(pid):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_INTERVAL_S)


def exit_of(pid: int) -> os.waitid_result | None:
    """How a process ended, or None; it is not reaped, so that its group's id cannot pass to another."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)


def _wait_until(condition: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(_INTERVAL_S)
