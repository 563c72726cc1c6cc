"""samples.csv: one row per sample, on disk as soon as it is measured."""

import csv
import fcntl
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

from bench.errors import RecordError, UsageError
from bench.schema import SAMPLES_CSV, Sample

COLUMNS = tuple(field.name for field in fields(Sample))
FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC


class SampleFile:
    """A samples.csv that is open for appending and locked against other runs."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def new(cls, folder: Path) -> Self:
        """Create the file with its header. Raises UsageError if it exists, RecordError."""
        path = folder / SAMPLES_CSV
        try:
            with _os_errors_as_record_errors(path):
                file = cls(path, os.open(path, FLAGS | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError as error:
            raise UsageError(
                f"{folder} already holds a run: choose a new folder, so that no result is overwritten"
            ) from error
        try:
            file.lock()
            file.write_rows([COLUMNS])
        except BaseException:
            file.close()
            path.unlink(missing_ok=True)
            raise
        return file

    @classmethod
    def existing(cls, folder: Path) -> Self:
        """Open the file that another run has started. Raises RecordError."""
        path = folder / SAMPLES_CSV
        with _os_errors_as_record_errors(path):
            return cls(path, os.open(path, FLAGS))

    def lock(self) -> None:
        """Keep other runs from writing here. Raises BlockingIOError if one does."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            pass  # a file system without locks: nobody can be kept out

    def append(self, samples: Iterable[Sample]) -> None:
        """Write rows and wait until they are on disk. Raises RecordError; then none of them is in the file."""
        self.write_rows([_cell(getattr(sample, name)) for name in COLUMNS] for sample in samples)

    def write_rows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write rows with one call, so that a run that is killed leaves at most its last row incomplete."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        data = text.getvalue().encode("utf-8", errors="backslashreplace")
        with _os_errors_as_record_errors(self.path):
            before = os.fstat(self._descriptor).st_size
            try:
                _write_all(self._descriptor, data)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, before)
                raise
            os.fsync(self._descriptor)

    def cut(self, size: int) -> None:
        """Truncate the file to `size` bytes. Raises RecordError."""
        with _os_errors_as_record_errors(self.path):
            os.ftruncate(self._descriptor, size)
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file and release its lock."""
        os.close(self._descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    """Write everything: a disk that fills up accepts a part, and reports the error on the next call."""
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def _os_errors_as_record_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error


def _cell(value: Any) -> Any:
    """Unknown is empty; a float is written so that it is read back unchanged."""
    return "" if value is None else value
