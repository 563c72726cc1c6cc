"""The folder of a run, and the link to the last finished one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bench.errors import RecordError, UsageError
from bench.replace_file import replace_file
from bench.schema import LATEST, RESULTS


def create(output: Path | None, parent: Path = RESULTS) -> Path:
    """Create the folder for a run: the one given, or one named by the UTC time in `parent`.

    Raises UsageError if it cannot be created, or the one given is not empty.
    """
    try:
        return _empty(output) if output else _named_by_time(parent)
    except OSError as error:
        raise UsageError(f"{output or parent}: cannot create a folder for the results: {error.strerror}") from error


def point_latest(folder: Path) -> None:
    """Let results/latest point to this run, if it is in results/; the change is atomic. Raises RecordError."""
    if folder.resolve().parent != RESULTS.resolve():
        return
    pointer = RESULTS / LATEST
    if pointer.exists() and not pointer.is_symlink():
        raise RecordError(f"{pointer} is not a link, so it cannot point to {folder.name}: rename it")
    temporary = folder / f".{LATEST}"  # the target is relative to results/, where the link ends up
    try:
        replace_file(pointer, lambda path: path.symlink_to(folder.name), temporary)
    except OSError as error:
        raise RecordError(f"{pointer}: cannot point to {folder.name}: {error.strerror}") from error


def _empty(folder: Path) -> Path:
    if folder.resolve() == RESULTS.resolve() / LATEST or folder == RESULTS / LATEST:
        raise UsageError(f"{folder}: {LATEST} is the name of the link to the last finished run; choose another folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: choose a new folder, so that no result is overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _named_by_time(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    for name in _names(stamp):
        try:
            (parent / name).mkdir()
        except FileExistsError:
            continue  # another run started in this second
        return parent / name
    raise AssertionError("names never end")


def _names(stamp: str) -> Iterator[str]:
    yield stamp
    yield from (f"{stamp}-{number}" for number in count(2))
