"""Runs that measure on this machine at the same time disturb each other: the later one is told of the earlier.

Every run holds a shared lock on one file of its user's. Where the file could be locked for oneself alone, nobody else
is measuring. It is removed by the last.
"""

import fcntl
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.errors import NoTemporaryFolder, UsageError


def lock_path() -> Path:
    """The file, in the user's folder for such, so that a run that is killed leaves nothing among temporary files.

    Raises UsageError where there is no folder for these, which a run needs too.
    """
    try:
        temporary = Path(tempfile.gettempdir())
    except OSError as error:
        raise UsageError(str(NoTemporaryFolder.because(error))) from error
    try:
        caches = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        folder = Path(os.environ.get("XDG_RUNTIME_DIR") or caches) / "concurrency-bench"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no such folder can be made, or nobody knows the user's home
        folder = temporary
    return folder / f"measuring-{os.getuid()}.lock"


@contextmanager
def measuring(folder: Path, path: Path) -> Iterator[dict[str, Any] | None]:
    """Yields the `pid` and `folder` of a run that is being measured; None where there is none, or nobody can tell."""
    descriptor = _open(path)
    if descriptor is None:
        yield None
        return
    try:
        yield _join(descriptor, folder)
    finally:
        _leave(descriptor, path)
        os.close(descriptor)


def _open(path: Path) -> int | None:
    """The file, if it is one and ours: in a folder that all may write to, somebody else may have put another there."""
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
    """The last run in the file that is still there."""
    for line in reversed(os.pread(descriptor, 1_000_000, 0).decode(errors="replace").splitlines()):
        with suppress(ValueError, KeyError, TypeError, ProcessLookupError):
            told = json.loads(line)
            os.kill(told["pid"], 0)
            return {"pid": told["pid"], "folder": str(told["folder"])}
    return {"pid": None, "folder": None}


def _leave(descriptor: int, path: Path) -> None:
    with suppress(OSError):
        if _alone(descriptor):
            path.unlink()
