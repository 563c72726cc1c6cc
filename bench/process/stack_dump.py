"""The workload's line that a process is at: it dumps its stacks when it crashes, and on SIGQUIT as JVMs do."""

import faulthandler
import os
import re
import select
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bench.process.code_files import code_files

DUMP_SIGNAL = signal.SIGQUIT
_STDERR = 2
_ALL_DUMPS_S = 2.0  # for all processes together
_BEGINNING_S = 1.0  # until one process writes its first byte, on a busy machine
_ONE_DUMP_S = 0.3  # for the rest of what it writes, which may be other text without end
_QUIET_S = 0.1
_MOST_BYTES = 1 << 20


def enable() -> None:
    """From now on, dump the stacks of this process to stderr when it crashes or receives the signal."""
    faulthandler.enable(_STDERR)
    faulthandler.register(DUMP_SIGNAL, _STDERR)


def current_line(pids: Iterable[int], stderr: int, path: str) -> str | None:
    """The line of the file that the first of these processes to be running it is at; `stderr` is what they write to.

    They are asked one after the other, so that their dumps do not mix. Those without a handler are skipped.
    """
    deadline = time.monotonic() + _ALL_DUMPS_S
    for pid in pids:
        if time.monotonic() < deadline and _has_handler(pid):
            with suppress(OSError):
                os.kill(pid, DUMP_SIGNAL)
            if line := line_in(_read_dump(stderr), path):
                return line
    return None


def line_in(dump: str, path: str) -> str | None:
    """`file.py:12`, the innermost line of the file in the thread that crashed or got the signal, else in any."""
    names = {file.encode("ascii", "backslashreplace").decode(): name for file, name in code_files(path).items()}
    line = rf'File "({"|".join(map(re.escape, names))})", line (\d+)'
    for text in (dump.rpartition("Current thread")[2], dump):
        if match := re.search(line, text):
            return f"{names[match[1]]}:{match[2]}"
    return None


def _read_dump(stderr: int) -> str:
    """Wait for the first byte, and then read until nothing is written for a moment."""
    dump = b""
    if select.select([stderr], [], [], _BEGINNING_S)[0]:
        deadline = time.monotonic() + _ONE_DUMP_S
        while time.monotonic() < deadline and len(dump) < _MOST_BYTES and select.select([stderr], [], [], _QUIET_S)[0]:
            data = os.read(stderr, 65536)
            if not data:
                break
            dump += data
    return dump.decode(errors="replace")


def _has_handler(pid: int) -> bool:
    """Whether the process handles the signal, which would otherwise end it."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
        caught = next(line for line in lines if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (DUMP_SIGNAL - 1) & 1)
    return False
