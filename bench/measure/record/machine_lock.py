"""Detect another run that is measuring on this machine: simultaneous runs disturb each other.

Every run holds a shared lock on one file per user. If a run can lock the file exclusively, no other run is measuring.
The last one removes it.
"""

import fcntl
import json
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.errors import NoTemporaryFolder, UsageError

POLL_S = 0.2  # while another measurement has the turn


def lock_path() -> Path:
    """The lock file, in the user's runtime or cache folder, so that a killed run leaves no temporary file.

    Raises UsageError if there is no folder for temporary files, which a run needs too.
    """
    try:
        temporary = Path(tempfile.gettempdir())
    except OSError as error:
        raise UsageError(str(NoTemporaryFolder.because(error))) from error
    try:
        caches = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        folder = Path(os.environ.get("XDG_RUNTIME_DIR") or caches) / "concurrency-bench"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # the folder cannot be created, or the user has no home
        folder = temporary
    return folder / f"measuring-{os.getuid()}.lock"


@contextmanager
def measuring(folder: Path, path: Path) -> Iterator[dict[str, Any] | None]:
    """Yield the `pid` and `folder` of another run that is measuring; None if there is none, or it cannot be known."""
    descriptor = _open(path)
    if descriptor is None:
        yield None
        return
    try:
        yield _join(descriptor, folder)
    finally:
        _leave(descriptor, path)
        os.close(descriptor)


@contextmanager
def taking_turns(path: Path, wait_s: float) -> Iterator[None]:
    """Wait until no other run is measuring, and let those who take turns wait for this one.

    `path` is the lock file of all runs. Raises UsageError if others still measure after `wait_s` seconds.
    """
    until = time.monotonic() + wait_s
    turns = path.with_suffix(".turns")
    descriptor = _wait(lambda: _take(turns), until, path)
    try:
        _wait(lambda: 0 if _is_free(path) else None, until, path)
        yield
    finally:
        if descriptor is not None and descriptor >= 0:
            with suppress(OSError):
                turns.unlink()
            os.close(descriptor)


def _open(path: Path) -> int | None:
    """Open the file if it is a regular file of ours: in a shared folder, another user may have put something there."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid():
            return descriptor
        os.close(descriptor)
    return None


def _join(descriptor: int, folder: Path) -> dict[str, Any] | None:
    other = None
    with suppress(OSError):
        if _alone(descriptor):
            os.ftruncate(descriptor, 0)
        else:
            other = _living(descriptor)
        line = json.dumps({"pid": os.getpid(), "folder": str(folder.resolve())}) + "\n"
        os.pwrite(descriptor, line.encode(), os.fstat(descriptor).st_size)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return other


def _alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _living(descriptor: int) -> dict[str, Any]:
    """The last run in the file whose process still exists."""
    for line in reversed(os.pread(descriptor, 1_000_000, 0).decode(errors="replace").splitlines()):
        with suppress(ValueError, KeyError, TypeError, ProcessLookupError):
            entry = json.loads(line)
            os.kill(entry["pid"], 0)
            return {"pid": entry["pid"], "folder": str(entry["folder"])}
    return {"pid": None, "folder": None}


def _leave(descriptor: int, path: Path) -> None:
    with suppress(OSError):
        if _alone(descriptor):
            path.unlink()


def _wait(take: Callable[[], int | None], until: float, path: Path) -> int | None:
    """Try until something is taken. Raises UsageError if that takes too long."""
    while (taken := take()) is None:
        if time.monotonic() > until:
            raise UsageError(
                f"another run is still measuring on this machine ({_who(path)}): try again when it is done"
            )
        time.sleep(POLL_S)
    return taken


def _take(path: Path) -> int | None:
    """The locked file, or -1 if there can be none; None if another process holds it, or has just removed it."""
    descriptor = _open(path)
    if descriptor is None:
        return -1
    if _alone(descriptor) and os.fstat(descriptor).st_nlink:
        return descriptor
    os.close(descriptor)
    return None


def _is_free(path: Path) -> bool:
    """Whether no run is measuring, as far as that can be known."""
    descriptor = _open(path)
    if descriptor is None:
        return True
    try:
        return _alone(descriptor)
    finally:
        os.close(descriptor)


def _who(path: Path) -> str:
    """The run that is measuring."""
    descriptor = _open(path)
    if descriptor is None:
        return "unknown"
    try:
        other = _living(descriptor)
    finally:
        os.close(descriptor)
    return f"process {other['pid']}, into {other['folder']}" if other["pid"] else "waiting for its turn"
