"""samples.csv: one row a sample, on disk as soon as it is measured."""

import csv
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from bench.errors import RecordError
from bench.samples import Sample

FILE_NAME = "samples.csv"
COLUMNS = tuple(field.name for field in fields(Sample))


class SampleFile:
    """A new samples.csv, open for appending, and locked as long as it is: what is being measured is not removed."""

    def __init__(self, folder: Path) -> None:
        """Raises RecordError where the file exists or cannot be written."""
        self.path = folder / FILE_NAME
        with _told_as_record_error(self.path):
            self._file = self.path.open("x", newline="", encoding="utf-8", errors="backslashreplace")
            self._writer = csv.writer(self._file)
            with suppress(OSError):  # some file systems have no locks, which is no reason not to measure
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._write([COLUMNS])

    def append(self, samples: Iterable[Sample]) -> None:
        """Write rows and wait until they are on the disk. Raises RecordError."""
        with _told_as_record_error(self.path):
            self._write([_cell(getattr(sample, name)) for name in COLUMNS] for sample in samples)

    def close(self) -> None:
        """No more rows will come. Raises RecordError where what was left to write cannot be written."""
        with _told_as_record_error(self.path):
            self._file.close()

    def _write(self, rows: Iterable[Iterable[Any]]) -> None:
        self._writer.writerows(rows)
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def _told_as_record_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error


def _cell(value: Any) -> Any:
    """Unknown is empty; a float is written so that it reads back the same."""
    return "" if value is None else value
