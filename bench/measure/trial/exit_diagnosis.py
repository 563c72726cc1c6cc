"""Why a trial ended without saying so, as far as it can be told from outside."""

import os
import subprocess
from pathlib import Path

from bench.measure.trial.protocol import Failed
from bench.process import stack_dump
from bench.process.failure_reason import fate, one_line
from bench.process.process_tree import carriers, exit_of, members
from bench.schema import Status

_CRASH_REPORT = "Fatal Python error:"


def silent_end(process: subprocess.Popen[bytes], doing: str, last_words: str, path: str) -> Failed:
    """Of a trial that is gone: how it ended, in which stage, the line that crashed or else its last words."""
    end = exit_of(process.pid)
    assert end is not None, "it is gone"
    how = fate(end.si_status if end.si_code == os.CLD_EXITED else -end.si_status)
    said, _, report = last_words.partition(_CRASH_REPORT)
    lines = [line for line in said.splitlines() if line.strip() and not line[0].isspace()]
    words = f": {lines[-1]}" if lines else ""
    return Failed(Status.CRASHED, one_line(f"the trial's process {how} during {doing}{_at(report, path)}{words}"))


def late_end(process: subprocess.Popen[bytes], time_given: str, doing: str, path: str, folder: Path) -> Failed:
    """Of a trial whose time is up: in which stage, and at which line of the workload's file."""
    where = _whereabouts(process, path, folder)
    return Failed(
        Status.TIMEOUT,
        f"not done after {time_given}, so it was killed during {doing}{where}; --timeout gives it longer",
    )


def endless_end(process: subprocess.Popen[bytes], grace_s: float, path: str, folder: Path) -> Failed:
    """Of a trial that has said that all is done, and does not leave."""
    where = _whereabouts(process, path, folder)
    return Failed(
        Status.ERROR,
        f"all was done, but its process did not end within {grace_s:g} s, so it was killed{where}: "
        f"a thread that is no daemon, or what is to run at exit, goes on",
    )


def closed_end(grace_s: float) -> Failed:
    """Of a trial that cannot say anything any more."""
    return Failed(
        Status.CRASHED,
        f"the trial could not be heard any more, so it was killed after {grace_s:g} s: "
        "the workload's code closed a file descriptor that was not its own",
    )


def locate(failed: Failed, last_words: str, path: str) -> Failed:
    """A crash with the line of the workload's file, where the process that crashed told it."""
    if failed.status is not Status.CRASHED or _CRASH_REPORT not in last_words:
        return failed
    return Failed(failed.status, failed.reason + _at(last_words.partition(_CRASH_REPORT)[2], path))


def _whereabouts(process: subprocess.Popen[bytes], path: str, folder: Path) -> str:
    """Where the trial is, as its processes tell, its own first."""
    assert process.stderr is not None
    others = (members(process.pid) | carriers(folder)) - {process.pid}
    return _shown(stack_dump.where([process.pid, *sorted(others)], process.stderr.fileno(), path))


def _at(told: str, path: str) -> str:
    return _shown(stack_dump.place(told, path))


def _shown(place: str | None) -> str:
    return f" ({place})" if place else ""
