import csv
import errno
import os
import resource
from collections.abc import Iterator
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import RecordError, UsageError
from bench.measure.record.samples_csv import COLUMNS, SampleFile
from bench.schema import Sample
from tests.support.factory import failure, sample

STRATEGIES: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(st.characters(codec="utf-8"), min_size=1),
    type(None): st.none(),
}


def any_value(hint: Any) -> st.SearchStrategy[Any]:
    """Strategy for the values of a field with this annotation."""
    if isinstance(hint, UnionType):
        return st.one_of(*map(any_value, get_args(hint)))
    return st.sampled_from(hint) if issubclass(hint, StrEnum) else STRATEGIES[hint]


SAMPLES = st.builds(Sample, **{name: any_value(hint) for name, hint in get_type_hints(Sample).items()})


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SampleFile]:
    new = SampleFile.new(tmp_path)
    yield new
    new.close()


def _reads_back(cell: str, value: Any) -> bool:
    if value is None:
        return cell == ""
    kind = type(value)
    return bool(kind(cell) == value and repr(kind(cell)) == repr(value))


@given(st.lists(SAMPLES, max_size=5))
def test_samples_round_trip_and_unknown_values_are_empty(samples: list[Sample]) -> None:
    with TemporaryDirectory() as folder:
        file = SampleFile.new(Path(folder))
        file.append(samples)
        file.close()
        rows = read(file.path)
    assert len(rows) == len(samples)
    for row, written in zip(rows, samples, strict=True):
        assert all(_reads_back(row[name], getattr(written, name)) for name in COLUMNS)


def test_columns_are_the_fields_of_a_sample_in_order(file: SampleFile) -> None:
    assert file.path.read_text().splitlines() == [",".join(field.name for field in fields(Sample))]


def test_zero_is_not_written_as_unknown(file: SampleFile) -> None:
    file.append([sample(foreign_cpu=0.0, switches_voluntary=0), sample(foreign_cpu=None, switches_voluntary=None)])
    known, unknown = read(file.path)
    assert (known["foreign_cpu"], known["switches_voluntary"]) == ("0.0", "0")
    assert (unknown["foreign_cpu"], unknown["switches_voluntary"]) == ("", "")


def test_enums_are_written_as_their_values(file: SampleFile) -> None:
    file.append([failure()])
    (row,) = read(file.path)
    assert (row["status"], row["bound"], row["gil"]) == ("error", "cpu", "on")


def test_lone_surrogates_are_escaped(file: SampleFile) -> None:
    file.append([sample(run="run-\udcff")])  # a folder's name may hold any bytes
    (row,) = read(file.path)
    assert row["run"] == r"run-\udcff"


def test_rows_are_on_the_disk_when_append_returns(file: SampleFile, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(os.fstat(fd).st_size))
    file.append([sample()])
    assert synced == [file.path.stat().st_size]
    assert len(read(file.path)) == 1


def test_rows_are_appended_in_the_order_given(file: SampleFile) -> None:
    file.append([sample(value=0), sample(value=1)])
    file.append([])
    file.append([replace(sample(), value=2)])
    assert [row["value"] for row in read(file.path)] == ["0", "1", "2"]


def test_second_file_in_a_folder_is_refused_and_the_first_is_unchanged(file: SampleFile, tmp_path: Path) -> None:
    file.append([sample()])
    with pytest.raises(UsageError, match="already holds a run: choose a new folder"):
        SampleFile.new(tmp_path)
    assert len(read(file.path)) == 1


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"gone/samples\.csv: cannot be written: No such file"):
        SampleFile.new(tmp_path / "gone")


def test_full_disk_is_reported(file: SampleFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordError, match=r"samples\.csv: cannot be written: No space left on device"):
        file.append([sample()])


def test_rows_that_do_not_fit_on_the_disk_leave_the_file_unchanged(file: SampleFile) -> None:
    file.append([sample()])
    before = file.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(RecordError, match=r"samples\.csv: cannot be written: File too large"):
            file.append([sample()] * 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.path.read_bytes() == before
    file.append([sample(value=1)])
    assert [row["value"] for row in read(file.path)] == ["0", "1"]


def test_rows_are_written_in_one_call_so_a_kill_tears_at_most_one(
    file: SampleFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    really = os.write

    def write(descriptor: int, data: bytes) -> int:
        written.append(data)
        return really(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    file.append([sample(value=0), sample(value=1)])
    assert len(written) == 1
    assert written[0].count(b"\n") == 2


def test_partial_write_is_continued(file: SampleFile, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: really(descriptor, data[:100]))
    file.append([sample()])
    assert len(read(file.path)) == 1


def test_open_file_cannot_be_locked_by_another_process(file: SampleFile, tmp_path: Path) -> None:
    other = SampleFile.existing(tmp_path)
    with pytest.raises(BlockingIOError):
        other.lock()
    other.close()


def test_reading_in_the_same_process_does_not_release_the_lock(file: SampleFile, tmp_path: Path) -> None:
    read(file.path)
    other = SampleFile.existing(tmp_path)
    with pytest.raises(BlockingIOError):
        other.lock()
    other.close()
