"""A run that was cut off: what of it is there, and its record, to be gone on with."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import CannotResume, RecordError
from bench.kept import Kept, key_of, key_of_row
from bench.plan import Plan
from bench.record import changes, environment, kept_rows, planned
from bench.record.kept_rows import KeptRows
from bench.record.run_record import RunRecord, now
from bench.record.samples_csv import FILE_NAME, SampleFile

TORN = f"{FILE_NAME}.torn"
MOST_TOLD = 5


def is_whole(folder: Path) -> bool:
    """Whether a run was measured to its end. Raises CannotResume."""
    return environment.read(folder).get("finished_at") is not None


@dataclass(frozen=True)
class CutOff:
    """A run that nobody else measures: its plan, and what of it is kept. Close it, or its record."""

    folder: Path
    plan: Plan
    kept: Kept
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
        facts, rows = environment.read(folder), kept_rows.read(folder)
        _refuse_changes(folder, facts)
        plan = planned.from_json(facts)
        return CutOff(folder, plan, _kept(folder, plan, facts, rows), bool(rows.torn), facts, rows, samples)
    except BaseException:
        samples.close()
        raise


def _lock(samples: SampleFile, folder: Path) -> None:
    try:
        samples.lock()
    except BlockingIOError as error:
        pid = environment.read(folder).get("pid")
        raise CannotResume(f"{folder}: is being measured by process {pid}") from error


def _refuse_changes(folder: Path, facts: dict[str, Any]) -> None:
    try:
        found = changes.changes(facts)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CannotResume(f"{folder}: environment.json does not say what it was measured with: {error!r}") from error
    if found:
        more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        raise CannotResume(
            f"{folder}: cannot be gone on with, since what is measured now would not be of the same run: "
            f"{'; '.join(found[:MOST_TOLD])}{more}; measure anew"
        )


def _kept(folder: Path, plan: Plan, facts: dict[str, Any], rows: KeptRows) -> Kept:
    try:
        _ = [*facts["ceilings"]]  # more are to be added
        began = [facts["started_at"], *(resumed["at"] for resumed in facts["resumed"])]
        kept = Kept.of(rows.rows, kept_rows.spent_s(rows.rows, began))
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise CannotResume(f"{folder / FILE_NAME}: its rows are not those of one run: {error}") from error
    planned_cases = {key_of(case) for case in plan.cases}
    for row in rows.rows:
        if key_of_row(row) not in planned_cases:
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
