"""Where a run's temporary files lie, and that neither they nor a process of the run outlives it.

Each trial has a folder of its own below the run's. The run's is readable by its user alone, and its name, which every
process of the run has in its environment, is what these are found by.
"""

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.errors import NoTemporaryFolder, RecordError
from bench.process.bootstrap import command
from bench.process.cleanup import PREFIX, clear, remove
from bench.process.failure_reason import reason


@contextmanager
def guarded() -> Iterator[Path]:
    """A folder for a whole run; at the end, however this process ends, it and every process in it are gone.

    If this process is killed, a guard does it: a process that waits for that alone. Raises RecordError,
    NoTemporaryFolder.
    """
    with _no_room_told():
        folder = Path(tempfile.gettempdir(), f"{PREFIX}{secrets.token_hex(8)}").absolute()
    with _guard_of(folder):  # which is there before the folder is
        try:
            with _no_room_told():
                folder.mkdir(mode=0o700)
            yield folder
        finally:
            clear(folder)


@contextmanager
def trial_folder(run_folder: Path | None) -> Iterator[Path]:
    """A folder for one trial, below the run's where it has one, and removed after it. Raises NoTemporaryFolder."""
    if run_folder is not None:
        with suppress(OSError):  # a workload may have removed it
            run_folder.mkdir(mode=0o700)
    with _no_room_told():
        folder = Path(tempfile.mkdtemp(prefix=PREFIX if run_folder is None else "", dir=run_folder)).absolute()
    try:
        yield folder
    finally:
        remove(folder)


@contextmanager
def _no_room_told() -> Iterator[None]:
    """Tell why there is no folder, with the way out. Raises NoTemporaryFolder."""
    try:
        yield
    except OSError as error:
        raise NoTemporaryFolder.because(error) from error


@contextmanager
def _guard_of(folder: Path) -> Iterator[None]:
    """A guard over the folder, dismissed at the end; it works with whatever it is given if nobody dismisses it."""
    try:
        process = subprocess.Popen(
            command(sys.executable, "process.guard", str(folder)),
            stdin=subprocess.PIPE,  # not inheritable, so that only this process holds the other end
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise RecordError(f"{sys.executable}: the guard of the run cannot be started: {reason(error, '')}") from error
    try:
        yield
    finally:
        process.kill()
        process.communicate()
