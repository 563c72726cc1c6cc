"""The folders of runs directly under results/, without a look into their samples."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.errors import RunNotFound
from bench.schema import ENVIRONMENT_JSON, LATEST, RESULTS, SAMPLES_CSV

STAMP = "%Y-%m-%dT%H%M%SZ"
STAMP_LENGTH = len("2026-01-02T030405Z")
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class StoredRun:
    """A folder that holds a samples.csv. `started_at` is in UTC, and None where nothing says it.

    `files` are the paths in it with their sizes in bytes; links are not followed, and have a size of their own.
    `committed`: whether git knows its samples.csv.
    """

    name: str
    folder: Path
    started_at: datetime | None
    files: tuple[tuple[Path, int], ...]
    is_latest: bool
    committed: bool = False

    @property
    def size_bytes(self) -> int:
        """All its files together."""
        return sum(size for _, size in self.files)


def stored_runs() -> list[StoredRun]:
    """The runs under results/, the newest last, those whose start is not known first. Raises RunNotFound."""
    try:
        return sorted(_runs(), key=lambda run: (run.started_at or EARLIEST, run.name))
    except OSError as error:
        raise RunNotFound(f"{RESULTS}: cannot be looked at: {error.strerror or error}") from error


def stored_run(folder: Path) -> StoredRun:
    """One run, wherever it lies. Raises RunNotFound."""
    try:
        return _run(folder, committed=False)
    except OSError as error:
        raise RunNotFound(f"{folder}: cannot be looked at: {error.strerror or error}") from error


def _runs() -> Iterator[StoredRun]:
    if not RESULTS.is_dir():
        return
    committed = _committed()
    for entry in RESULTS.iterdir():
        if not entry.is_symlink() and (entry / SAMPLES_CSV).is_file():
            yield _run(entry, entry.name in committed)


def _run(folder: Path, committed: bool) -> StoredRun:
    name = folder.resolve().name
    is_latest = folder.resolve() == (RESULTS / LATEST).resolve()
    return StoredRun(name, folder, _started_at(folder, name), tuple(_files(folder)), is_latest, committed)


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(place, name)
            with suppress(FileNotFoundError):  # a run that is being measured replaces its files
                yield path.relative_to(folder), path.lstat().st_size


def _started_at(folder: Path, name: str) -> datetime | None:
    """As environment.json says, or else the name."""
    with suppress(ValueError, TypeError, OverflowError):
        told = datetime.fromisoformat(_environment(folder).get("started_at"))
        return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    with suppress(ValueError):
        return datetime.strptime(name[:STAMP_LENGTH], STAMP).replace(tzinfo=UTC)
    return None


def _environment(folder: Path) -> Any:
    """What environment.json says; nothing where it cannot be read."""
    with suppress(OSError, ValueError, RecursionError):
        facts = json.loads((folder / ENVIRONMENT_JSON).read_text(encoding="utf-8"))
        return facts if isinstance(facts, dict) else {}
    return {}


def _committed() -> set[str]:
    """The names of runs whose samples git knows; none outside of a repository, or without git."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "ls-files", "-z", "--", f"*/{SAMPLES_CSV}"]
        done = subprocess.run(command, cwd=RESULTS, capture_output=True, text=True, timeout=10, check=True)
        return {path.partition("/")[0] for path in done.stdout.split("\0")}
    return set()
