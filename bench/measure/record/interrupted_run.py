"""A run that was cut off: what of it is there, and its record, to be gone on with."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.errors import CannotResume, RecordError
from bench.measure.completed import Completed, case_key, row_key
from bench.measure.plan import Plan
from bench.measure.record import environment_json, fingerprint, plan_json
from bench.measure.record.recorder import RunRecord, now
from bench.measure.record.samples_csv import COLUMNS, FILE_NAME, SampleFile

Row = Mapping[str, str]


@dataclass(frozen=True)
class KeptRows:
    """The whole rows of a samples.csv, how many bytes they are with the header, and the torn row after them, if any."""

    rows: Sequence[Row]
    size: int
    torn: bytes


def read(folder: Path) -> KeptRows:
    """A row is whole when its line has an end: rows are appended by one write each. Raises CannotResume."""
    path = folder / FILE_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotResume(f"{path}: cannot be read: {error.strerror or error}") from error
    size = data.rfind(b"\n") + 1
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data[:size]), encoding="utf-8", newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            raise CannotResume(f"{path}: its columns are not those that are written now: measure anew")
        return KeptRows([_row(cells) for cells in reader], size, data[size:])
    except (csv.Error, ValueError) as error:
        raise CannotResume(f"{path}: line {reader.line_num}: {error}") from error


def _row(cells: Sequence[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"has {len(cells)} cells where the header has {len(COLUMNS)}")
    return dict(zip(COLUMNS, cells, strict=True))


def spent_s(rows: Iterable[Row], began: Sequence[str]) -> float:
    """The seconds that were spent on rows, by a run that began, and was gone on with, at these times (ISO 8601).

    Each stretch ends with its last row, as far as is known: what was in flight when it was cut off is not counted.
    Raises ValueError.
    """
    starts = [_moment(text) for text in began]
    ends = list(starts)
    for row in rows:
        ended = _moment(row["started_at"]) + timedelta(seconds=float(row["elapsed_s"] or 0))
        stretch = max((number for number, start in enumerate(starts) if start <= ended), default=0)
        ends[stretch] = max(ends[stretch], ended)
    return sum((end - start).total_seconds() for start, end in zip(starts, ends, strict=True))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


TORN = f"{FILE_NAME}.torn"
MOST_TOLD = 5


def is_whole(folder: Path) -> bool:
    """Whether a run was measured to its end. Raises CannotResume."""
    return environment_json.read(folder).get("finished_at") is not None


@dataclass(frozen=True)
class CutOff:
    """A run that nobody else measures: its plan, and what of it is kept. Close it, or its record."""

    folder: Path
    plan: Plan
    kept: Completed
    has_torn_row: bool
    _facts: dict[str, Any]
    _rows: KeptRows
    _samples: SampleFile

    def go_on(self, command: Sequence[str]) -> RunRecord:
        """The record, from its last whole row on; a torn one is put aside. Raises RecordError."""
        if self._rows.torn:
            _put_aside(self.folder / TORN, self._rows.torn)
            self._samples.cut(self._rows.size)
        resumed = {
            "at": now(),
            "command": list(command),
            "rows_kept": len(self._rows.rows),
            "torn_rows": int(self.has_torn_row),
            "warnings": self._facts.get("warnings", []),  # of the part before; those of what follows take their place
        }
        record = RunRecord(self.folder, self._facts, self._samples)
        record.note({"resumed": [*self._facts["resumed"], resumed], "pid": os.getpid()})
        return record

    def close(self) -> None:
        """Leave it as it is."""
        self._samples.close()


def take_up(folder: Path) -> CutOff:
    """Hold a run, and see what of it is there. Raises CannotResume where its rest would not be of the same run."""
    try:
        samples = SampleFile.existing(folder)
    except RecordError as error:
        raise CannotResume(str(error)) from error
    try:
        _lock(samples, folder)
        facts, rows = environment_json.read(folder), read(folder)
        _refuse_changes(folder, facts)
        plan = plan_json.from_json(facts)
        return CutOff(folder, plan, _kept(folder, plan, facts, rows), bool(rows.torn), facts, rows, samples)
    except BaseException:
        samples.close()
        raise


def _lock(samples: SampleFile, folder: Path) -> None:
    try:
        samples.lock()
    except BlockingIOError as error:
        pid = environment_json.read(folder).get("pid")
        raise CannotResume(f"{folder}: is being measured by process {pid}") from error


def _refuse_changes(folder: Path, facts: dict[str, Any]) -> None:
    try:
        found = fingerprint.changes(facts)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CannotResume(f"{folder}: environment.json does not say what it was measured with: {error!r}") from error
    if found:
        more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        raise CannotResume(
            f"{folder}: cannot be gone on with, since what is measured now would not be of the same run: "
            f"{'; '.join(found[:MOST_TOLD])}{more}; measure anew"
        )


def _kept(folder: Path, plan: Plan, facts: dict[str, Any], rows: KeptRows) -> Completed:
    try:
        _ = [*facts["ceilings"]]  # more are to be added
        began = [facts["started_at"], *(resumed["at"] for resumed in facts["resumed"])]
        kept = Completed.from_rows(rows.rows, spent_s(rows.rows, began))
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise CannotResume(f"{folder / FILE_NAME}: its rows are not those of one run: {error}") from error
    planned_cases = {case_key(case) for case in plan.cases}
    for row in rows.rows:
        if row_key(row) not in planned_cases:
            raise CannotResume(
                f"{folder / FILE_NAME}: has a row of {row['workload']} by {row['backend']} at "
                f"{row['workers']} workers, which environment.json does not say was planned"
            )
    return kept


def _put_aside(path: Path, torn: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(torn + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
