"""Why a trial ended without reporting it, as far as that shows from outside."""

import os
import subprocess
from pathlib import Path

from bench.measure.trial.protocol import Failed
from bench.process import stack_dump
from bench.process.failure_reason import describe_exit, one_line
from bench.process.process_tree import carriers, exit_of, members
from bench.schema import Status

_CRASH_REPORT = "Fatal Python error:"


def exited(process: subprocess.Popen[bytes], stage: str, last_words: str, path: str) -> Failed:
    """A trial that has exited: how, in which stage, and the line that crashed or else the last line it printed."""
    end = exit_of(process.pid)
    assert end is not None, "it has exited"
    how = describe_exit(end.si_status if end.si_code == os.CLD_EXITED else -end.si_status)
    printed, _, report = last_words.partition(_CRASH_REPORT)
    lines = [line for line in printed.splitlines() if line.strip() and not line[0].isspace()]
    last_line = f": {lines[-1]}" if lines else ""
    return Failed(Status.CRASHED, one_line(f"the trial's process {how} during {stage}{_at(report, path)}{last_line}"))


def timed_out(process: subprocess.Popen[bytes], during: str, path: str, folder: Path) -> Failed:
    """A trial whose time is up: after how long and in which stage (`during`), and at which line of the workload."""
    where = _current_line(process, path, folder)
    return Failed(Status.TIMEOUT, f"not done after {during}{where}; raise the timeout if it needs longer")


def did_not_exit(process: subprocess.Popen[bytes], grace_s: float, path: str, folder: Path) -> Failed:
    """A trial that has reported that everything is done, and does not exit."""
    where = _current_line(process, path, folder)
    return Failed(
        Status.ERROR,
        f"all passes were done, but the process did not exit within {grace_s:g} s, so it was killed{where}: "
        f"a non-daemon thread or an exit handler is still running",
    )


def channel_closed(grace_s: float) -> Failed:
    """A trial that cannot report anything any more."""
    return Failed(
        Status.CRASHED,
        f"the trial's channel was closed, so it was killed after {grace_s:g} s: "
        "the workload's code closed a file descriptor that it had not opened",
    )


def with_crash_line(failed: Failed, last_words: str, path: str) -> Failed:
    """The same failure; a crash with the line of the workload's file, if the process that crashed printed it."""
    if failed.status is not Status.CRASHED or _CRASH_REPORT not in last_words:
        return failed
    return Failed(failed.status, failed.reason + _at(last_words.partition(_CRASH_REPORT)[2], path))


def _current_line(process: subprocess.Popen[bytes], path: str, folder: Path) -> str:
    """Where the trial is, as its processes report when asked, its own first."""
    assert process.stderr is not None
    others = (members(process.pid) | carriers(folder)) - {process.pid}
    return _in_brackets(stack_dump.current_line([process.pid, *sorted(others)], process.stderr.fileno(), path))


def _at(report: str, path: str) -> str:
    return _in_brackets(stack_dump.line_in(report, path))


def _in_brackets(place: str | None) -> str:
    return f" ({place})" if place else ""
