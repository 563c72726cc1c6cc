"""The folders for a run's temporary files; neither they nor a process of the run outlives it.

Each trial has its own folder below the run's, which only the user can read. Every process of the run has the folder's
name in its environment, so that it can be found.
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
    """A folder for a whole run. However this process ends, the folder and every process of the run are removed.

    If this process is killed, the guard does it, a process that only waits for this. Raises RecordError,
    NoTemporaryFolder.
    """
    with _explained():
        folder = Path(tempfile.gettempdir(), f"{PREFIX}{secrets.token_hex(8)}").absolute()
    with _guard_of(folder):  # started before the folder exists
        try:
            with _explained():
                folder.mkdir(mode=0o700)
            yield folder
        finally:
            clear(folder)


@contextmanager
def trial_folder(run_folder: Path | None) -> Iterator[Path]:
    """A folder for one trial, below the run's folder if there is one, removed afterwards. Raises NoTemporaryFolder."""
    if run_folder is not None:
        with suppress(OSError):  # in case a workload has removed it
            run_folder.mkdir(mode=0o700)
    with _explained():
        folder = Path(tempfile.mkdtemp(prefix=PREFIX if run_folder is None else "", dir=run_folder)).absolute()
    try:
        yield folder
    finally:
        remove(folder)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn an OSError into NoTemporaryFolder, with the reason and a remedy."""
    try:
        yield
    except OSError as error:
        raise NoTemporaryFolder.because(error) from error


@contextmanager
def _guard_of(folder: Path) -> Iterator[None]:
    """A guard of the folder, dismissed at the end; it cleans up if this process dies before that."""
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
        raise RecordError(f"{sys.executable}: cannot start the guard of the run: {reason(error, '')}") from error
    try:
        yield
    finally:
        process.kill()
        process.communicate()
