"""Where a process was, as a line of the workload's file: told by itself when it crashes, and on SIGQUIT, as JVMs do."""

import faulthandler
import os
import re
import select
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ASKED_BY = signal.SIGQUIT
_STDERR = 2
_ANSWERS_S = 1.0  # for all processes together
_ANSWER_S = 0.3  # for one; what else it prints may never end
_QUIET_S = 0.1
_MOST_BYTES = 1 << 20


def tell() -> None:
    """From now on this process tells its threads' stacks, on stderr, when it crashes or is asked."""
    faulthandler.enable(_STDERR)
    faulthandler.register(ASKED_BY, _STDERR)


def where(pids: Iterable[int], stderr: int, path: str) -> str | None:
    """The line of the file that the first of these processes is at which is in it; `stderr` is the end to read.

    They are asked one after the other, lest they write through each other. Those that would not tell are let be.
    """
    deadline = time.monotonic() + _ANSWERS_S
    for pid in pids:
        if time.monotonic() < deadline and _would_tell(pid):
            with suppress(OSError):
                os.kill(pid, ASKED_BY)
            if found := place(_read(stderr), path):
                return found
    return None


def place(told: str, path: str) -> str | None:
    """`file.py:12`, the innermost line of the file in the thread that crashed or was asked, or else in any other."""
    named = re.escape(path.encode("ascii", "backslashreplace").decode())
    for text in (told.rpartition("Current thread")[2], told):
        if found := re.search(rf'File "{named}", line (\d+)', text):
            return f"{path.rpartition('/')[2]}:{found[1]}"
    return None


def _read(stderr: int) -> str:
    """What comes until nothing does for a moment."""
    told, deadline = b"", time.monotonic() + _ANSWER_S
    while time.monotonic() < deadline and len(told) < _MOST_BYTES and select.select([stderr], [], [], _QUIET_S)[0]:
        data = os.read(stderr, 65536)
        if not data:
            break
        told += data
    return told.decode(errors="replace")


def _would_tell(pid: int) -> bool:
    """Whether it has a handler for the signal, which would end it otherwise."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
        caught = next(line for line in lines if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (ASKED_BY - 1) & 1)
    return False
