"""Explain why a pool of processes broke or could not transfer an object, and end its workers."""

import pickle
import signal
import time
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from typing import Any, cast

from bench.errors import TrialFailed
from bench.process.failure_reason import describe_exit, one_line, short_repr
from bench.schema import Status

POLITE_S = 1.0  # for workers to exit when a broken pool asks them to


def end_workers(processes: list[BaseProcess]) -> None:
    """Kill the workers that do not exit when asked: a broken pool would wait for them without a limit."""
    started = {process.sentinel: process for process in processes if process.pid is not None}
    deadline = time.monotonic() + POLITE_S
    while started and (left := deadline - time.monotonic()) > 0:
        for sentinel in connection.wait(list(started), left):
            started.pop(cast(int, sentinel))
    for process in started.values():
        process.kill()


def why_broken(error: BrokenExecutor, items: list[Any] | None, codes: Sequence[int]) -> TrialFailed:
    """Why a pool broke: a worker died, or one side could not unpickle what the other sent.

    `codes` are the exit codes of the workers that have exited, negative for signals.
    """
    code = next((code for code in codes if code not in (-signal.SIGTERM, -signal.SIGKILL)), None)
    code = -signal.SIGKILL if code is None and -signal.SIGKILL in codes else code
    if code == 1 and (culprit := next((item for item in items or [] if not _portable(item)), None)) is not None:
        item = f"item {short_repr(culprit)}"
        return TrialFailed(Status.ERROR, not_portable(item, "no worker process can unpickle it"))
    if code is not None:
        return TrialFailed(Status.CRASHED, f"a worker process {describe_exit(code)}")
    if error.__cause__ is None:
        return TrialFailed(
            Status.ERROR,
            "lost contact with a worker process: its code may have closed files that it had not opened, "
            "or returned a result that cannot be unpickled",
        )
    *_, last, _quotes = str(error.__cause__).strip().splitlines()  # the traceback of unpickling a result
    return TrialFailed(Status.ERROR, not_portable("a result of work()", last))


def untransportable(error: BaseException, items: list[Any] | None, to: str = "process") -> str:
    """Name the object that could not be sent to a worker or back: the value of setup(), an item, or else a result."""
    culprit = next((item for item in items or [] if not _portable(item)), None)
    what = "a result of work()" if culprit is None else f"item {short_repr(culprit)}"
    what = "the value that setup() yields" if items is None else what
    return not_portable(what, f"{type(error).__name__}: {error}", to)


def not_portable(what: str, why: str, to: str = "process") -> str:
    """What cannot be sent between processes or interpreters, and why."""
    return f"{what} cannot be sent to another {to} ({one_line(why, 200)}): use plain data that can be pickled"


def _portable(item: Any) -> bool:
    try:
        pickle.loads(pickle.dumps(item))
    except Exception:
        return False
    return True
