"""Select runs to remove, and remove them."""

import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.errors import RecordError, UsageError
from bench.results.catalogue import StoredRun
from bench.results.lock import claimed, is_being_measured
from bench.schema import LATEST, RESULTS, SAMPLES_CSV

AGE = re.compile(r"(\d{1,5})([dh])", re.ASCII)
HOURS = {"d": 24, "h": 1}


def parse_age(text: str) -> timedelta:
    """Parse an age in days or hours, such as `30d` or `12h`. Raises UsageError."""
    match = AGE.fullmatch(text.strip())
    if not match:
        raise UsageError(f"--older-than {text!r}: expected days or hours, such as 30d or 12h")
    return timedelta(hours=int(match[1]) * HOURS[match[2]])


def select_named(runs: Iterable[StoredRun], names: Iterable[str]) -> list[StoredRun]:
    """The runs with these names, each once. Raises UsageError if one does not exist or may not be removed."""
    by_name = {run.name: run for run in runs}
    latest = next((run.name for run in by_name.values() if run.is_latest), LATEST)
    chosen = {}
    for text in names:
        name = _name(text)
        run = by_name.get(latest if name == LATEST else name)
        if run is None:
            raise UsageError(f"{text!r} {_why_not(name)}; `bench results list` shows the runs. Nothing was removed")
        if reason := obstacle(run):
            raise UsageError(f"{run.name} {reason}. Nothing was removed")
        chosen[run.name] = run
    return list(chosen.values())


def select_old(
    runs: Sequence[StoredRun], keep: int | None, age: timedelta | None, now: datetime | None = None
) -> tuple[list[StoredRun], list[str]]:
    """Of the runs (newest last), those beyond the newest `keep` and older than `age`; and a remark for each one kept.

    Committed runs are neither counted nor selected: they are removed only by name.
    """
    before = None if age is None else (now or datetime.now(UTC)) - age
    removable = [run for run in runs if not run.committed]
    remarks = [f"{run.name}: kept because it is committed; name it to remove it" for run in runs if run.committed]
    chosen = []
    for run in removable if keep is None else removable[: max(0, len(removable) - keep)]:
        if before and run.started_at and run.started_at >= before:
            continue
        if before and not run.started_at:
            remarks.append(f"{run.name}: kept because its start time is unknown; name it to remove it")
        elif reason := obstacle(run):
            remarks.append(f"{run.name}: kept because it {reason}")
        else:
            chosen.append(run)
    return chosen, remarks


def obstacle(run: StoredRun) -> str | None:
    """Why a run may not be removed; None if it may."""
    inner = [path.parent for path, _ in run.files if path.name == SAMPLES_CSV and path.parent != Path()]
    if inner:
        return f"contains another run, {inner[0]}; move that one first"
    return "is being measured" if is_being_measured(run.folder) else None


def remove(run: StoredRun) -> None:
    """Delete the folder and its contents; links are removed, their targets are not. Raises RecordError."""
    try:
        with claimed(run.folder) as acquired:
            if not acquired:
                raise RecordError(f"{run.folder}: is being measured and was not removed")
            shutil.rmtree(run.folder)
    except OSError as error:
        raise RecordError(f"{run.folder}: cannot be removed completely: {error.strerror or error}") from error


def _name(text: str) -> str:
    """The name in `NAME` or `results/NAME`; empty for any other path."""
    parts = Path(text).parts
    inside = parts[1:] if len(parts) > 1 and parts[0] == str(RESULTS) else parts
    return inside[0] if len(inside) == 1 and inside[0] not in ("..", "/") else ""


def _why_not(name: str) -> str:
    if not name:
        return f"is not a folder directly in {RESULTS}/"
    if (RESULTS / name).is_symlink():
        return (
            f"is a link that does not point to a run directly in {RESULTS}/"
            if name == LATEST
            else "is a link, not a run"
        )
    return f"is a folder without {SAMPLES_CSV}" if (RESULTS / name).is_dir() else f"is not a run in {RESULTS}/"
