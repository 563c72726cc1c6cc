"""Ending a trial's processes, so that nothing of it is left: no process, and no semaphore of multiprocessing's."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bench.trial.processes import carriers, may_be_resource_tracker, members

POLITE_S = 1.0  # for the leader to go when asked to
TRACKER_S = 3.0  # for multiprocessing's resource tracker to start and to clear away, once all that it serves have gone
STUBBORN_S = 6.0  # a process that the kernel cannot end meanwhile is beyond us
_LOOK_S = 0.01


def end_trial(leader: int, folder: Path) -> None:
    """End every process of a trial, the leader first. The leader stays a zombie, to be reaped by who started it."""
    if exit_of(leader) is None:
        os.killpg(leader, signal.SIGTERM)
        _wait_until(lambda: exit_of(leader) is not None, POLITE_S)
    end_all(lambda: members(leader) | carriers(folder))
    with suppress(ProcessLookupError, PermissionError):  # where there is no /proc, this is all that can be done
        os.killpg(leader, signal.SIGKILL)


def end_all(find: Callable[[], set[int]]) -> None:
    """Kill what is found until nothing is, since it may start others meanwhile; resource trackers last."""
    began = time.monotonic()
    while (pids := find()) and (passed := time.monotonic() - began) < STUBBORN_S:
        for pid in pids:
            if passed > TRACKER_S or not may_be_resource_tracker(pid):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_LOOK_S)


def exit_of(pid: int) -> os.waitid_result | None:
    """How a process ended, or None; it is not reaped, so that its group's id cannot pass to another."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)


def _wait_until(condition: Callable[[], bool], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
