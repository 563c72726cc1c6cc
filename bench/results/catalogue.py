"""List the run folders directly under results/ without reading their samples."""

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
    """A folder that contains a samples.csv. `started_at` is in UTC, None if unknown.

    `files` lists the paths in it with their sizes in bytes; links are not followed and count with their own size.
    `committed` says whether git tracks its samples.csv.
    """

    name: str
    folder: Path
    started_at: datetime | None
    files: tuple[tuple[Path, int], ...]
    is_latest: bool
    committed: bool = False

    @property
    def size_bytes(self) -> int:
        """Total size of its files."""
        return sum(size for _, size in self.files)


def stored_runs() -> list[StoredRun]:
    """The runs under results/, newest last; runs with an unknown start come first. Raises RunNotFound."""
    try:
        return sorted(_runs(), key=lambda run: (run.started_at or EARLIEST, run.name))
    except OSError as error:
        raise RunNotFound(f"{RESULTS}: cannot be read: {error.strerror or error}") from error


def stored_run(folder: Path) -> StoredRun:
    """One run in any folder. Raises RunNotFound."""
    try:
        return _run(folder, committed=False)
    except OSError as error:
        raise RunNotFound(f"{folder}: cannot be read: {error.strerror or error}") from error


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
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            with suppress(FileNotFoundError):  # a run that is being measured replaces its files
                yield path.relative_to(folder), path.lstat().st_size


def _started_at(folder: Path, name: str) -> datetime | None:
    """The start from environment.json, or else from the folder name."""
    with suppress(ValueError, TypeError, OverflowError):
        started_at = datetime.fromisoformat(_environment(folder).get("started_at"))
        return started_at.replace(tzinfo=started_at.tzinfo or UTC).astimezone(UTC)
    with suppress(ValueError):
        return datetime.strptime(name[:STAMP_LENGTH], STAMP).replace(tzinfo=UTC)
    return None


def _environment(folder: Path) -> Any:
    """The contents of environment.json; empty if it cannot be read."""
    with suppress(OSError, ValueError, RecursionError):
        facts = json.loads((folder / ENVIRONMENT_JSON).read_text(encoding="utf-8"))
        return facts if isinstance(facts, dict) else {}
    return {}


def _committed() -> set[str]:
    """The names of runs whose samples git tracks; empty outside a repository or without git."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "ls-files", "-z", "--", f"*/{SAMPLES_CSV}"]
        listed = subprocess.run(command, cwd=RESULTS, capture_output=True, text=True, timeout=10, check=True)
        return {path.partition("/")[0] for path in listed.stdout.split("\0")}
    return set()
