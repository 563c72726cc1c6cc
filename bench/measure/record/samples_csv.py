"""samples.csv: one row a sample, on disk as soon as it is measured."""

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
from bench.schema import Sample

FILE_NAME = "samples.csv"
COLUMNS = tuple(field.name for field in fields(Sample))
FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC


class SampleFile:
    """A samples.csv, open for appending and locked against any other run for as long as it is."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def new(cls, folder: Path) -> Self:
        """A file with nothing but its header. Raises UsageError where there is one, RecordError."""
        path = folder / FILE_NAME
        try:
            with _told_as_record_error(path):
                file = cls(path, os.open(path, FLAGS | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError as error:
            raise UsageError(
                f"{folder} already holds a run: name a new folder, so that no result is overwritten"
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
        """A file that another run has begun. Raises RecordError."""
        path = folder / FILE_NAME
        with _told_as_record_error(path):
            return cls(path, os.open(path, FLAGS))

    def lock(self) -> None:
        """Keep all other runs from writing here. Raises BlockingIOError where another one does."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            pass  # a file system without locks: all others would be refused nothing, and this one is no worse off

    def append(self, samples: Iterable[Sample]) -> None:
        """Write rows and wait until they are on the disk. Raises RecordError; then none of them is there."""
        self.write_rows([_cell(getattr(sample, name)) for name in COLUMNS] for sample in samples)

    def write_rows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write whole rows by one call, so that a run that is killed leaves at most its last row torn."""
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        data = text.getvalue().encode("utf-8", errors="backslashreplace")
        with _told_as_record_error(self.path):
            before = os.fstat(self._descriptor).st_size
            try:
                _write_all(self._descriptor, data)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, before)
                raise
            os.fsync(self._descriptor)

    def cut(self, size: int) -> None:
        """Keep the first `size` bytes alone. Raises RecordError."""
        with _told_as_record_error(self.path):
            os.ftruncate(self._descriptor, size)
            os.fsync(self._descriptor)

    def close(self) -> None:
        """No more rows will come."""
        os.close(self._descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    """Write until it is done: a disk that gets full takes a part, and says why at the next attempt."""
    while data:
        data = data[os.write(descriptor, data) :]


@contextmanager
def _told_as_record_error(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error


def _cell(value: Any) -> Any:
    """Unknown is empty; a float is written so that it reads back the same."""
    return "" if value is None else value
