"""An interrupted run: what of it is on disk, and its record, to be resumed."""

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
from bench.measure.record.samples_csv import COLUMNS, SampleFile
from bench.schema import SAMPLES_CSV

Row = Mapping[str, str]

TORN = f"{SAMPLES_CSV}.torn"
MAX_LISTED = 5


@dataclass(frozen=True)
class RowsOnDisk:
    """The complete rows of a samples.csv, their size in bytes with the header, and the torn row after them, if any."""

    rows: Sequence[Row]
    size: int
    torn: bytes


def read_rows(folder: Path) -> RowsOnDisk:
    """Read the rows of an interrupted run; a row without a line end is torn. Raises CannotResume."""
    path = folder / SAMPLES_CSV
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotResume(f"{path}: cannot be read: {error.strerror or error}") from error
    size = data.rfind(b"\n") + 1
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data[:size]), encoding="utf-8", newline=""), strict=True)
    try:
        header = tuple(next(reader, ()))
        if header != COLUMNS:
            raise CannotResume(f"{path}: its columns are not those of this version: start a new run")
        return RowsOnDisk([_row(cells) for cells in reader], size, data[size:])
    except (csv.Error, ValueError) as error:
        raise CannotResume(f"{path}: line {reader.line_num}: {error}") from error


def _row(cells: Sequence[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"has {len(cells)} cells, the header has {len(COLUMNS)}")
    return dict(zip(COLUMNS, cells, strict=True))


def spent_s(rows: Iterable[Row], began: Sequence[str]) -> dict[str, float]:
    """The seconds that each workload took in a run that was started and resumed at these times (ISO 8601).

    Each part ends with its last row: what was in flight when it was interrupted does not count. Raises ValueError.
    """
    starts = [_moment(text) for text in began]
    ends = list(starts)
    spent: dict[str, float] = {}
    for row in rows:
        ended = _moment(row["started_at"]) + timedelta(seconds=float(row["elapsed_s"] or 0))
        part = max((number for number, start in enumerate(starts) if start <= ended), default=0)
        took_s = max((ended - ends[part]).total_seconds(), 0.0)
        spent[row["workload"]] = spent.get(row["workload"], 0.0) + took_s
        ends[part] = max(ends[part], ended)
    return spent


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_finished(folder: Path) -> bool:
    """Whether a run was measured to its end. Raises CannotResume."""
    return environment_json.read(folder).get("finished_at") is not None


@dataclass(frozen=True)
class InterruptedRun:
    """A run that no process is measuring: its plan, and what of it is completed. Close it, or its record."""

    folder: Path
    plan: Plan
    completed: Completed
    has_torn_row: bool
    _facts: dict[str, Any]
    _rows: RowsOnDisk
    _samples: SampleFile

    def resume(self, command: Sequence[str]) -> RunRecord:
        """The record, to be continued after its last complete row; a torn row is moved aside. Raises RecordError."""
        if self._rows.torn:
            _move_aside(self.folder / TORN, self._rows.torn)
            self._samples.cut(self._rows.size)
        resumed = {
            "at": now(),
            "command": list(command),
            "rows_kept": len(self._rows.rows),
            "torn_rows": int(self.has_torn_row),
            "warnings": self._facts.get("warnings", []),  # of the part before this; those of the rest replace them
        }
        record = RunRecord(self.folder, self._facts, self._samples)
        record.note({"resumed": [*self._facts["resumed"], resumed], "pid": os.getpid()})
        return record

    def close(self) -> None:
        """Leave the run as it is."""
        self._samples.close()


def open_interrupted(folder: Path) -> InterruptedRun:
    """Lock a run, and read what of it is on disk. Raises CannotResume if the rest would not belong to the same run."""
    try:
        samples = SampleFile.existing(folder)
    except RecordError as error:
        raise CannotResume(str(error)) from error
    try:
        _lock(samples, folder)
        facts, rows = environment_json.read(folder), read_rows(folder)
        _refuse_changes(folder, facts)
        plan = plan_json.from_json(facts)
        return InterruptedRun(
            folder, plan, _completed(folder, plan, facts, rows), bool(rows.torn), facts, rows, samples
        )
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
        raise CannotResume(
            f"{folder}: environment.json does not describe what it was measured with: {error!r}"
        ) from error
    if found:
        more = f"; and {len(found) - MAX_LISTED} more" if len(found) > MAX_LISTED else ""
        raise CannotResume(
            f"{folder}: cannot be resumed, because new samples would not belong to the same run: "
            f"{'; '.join(found[:MAX_LISTED])}{more}; start a new run"
        )


def _completed(folder: Path, plan: Plan, facts: dict[str, Any], rows: RowsOnDisk) -> Completed:
    try:
        _ = [*facts["ceilings"]]  # more are to be added
        began = [facts["started_at"], *(resumed["at"] for resumed in facts["resumed"])]
        completed = Completed.from_rows(rows.rows, _cycles(facts), spent_s(rows.rows, began))
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise CannotResume(f"{folder / SAMPLES_CSV}: its rows do not belong to one run: {error}") from error
    planned_cases = {case_key(case) for case in plan.cases}
    for row in rows.rows:
        if row_key(row) not in planned_cases:
            raise CannotResume(
                f"{folder / SAMPLES_CSV}: has a row of {row['workload']} by {row['backend']} at "
                f"{row['workers']} workers, which is not in the plan of environment.json"
            )
    return completed


def _cycles(facts: dict[str, Any]) -> dict[str, int]:
    """The number of cycles of each workload, as far as it was decided. Raises ValueError."""
    cycles = facts.get("cycles", {})
    if not isinstance(cycles, dict) or not all(type(number) is int and number >= 1 for number in cycles.values()):
        raise ValueError("the numbers of cycles must be positive")
    return cycles


def _move_aside(path: Path, torn: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(torn + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error
