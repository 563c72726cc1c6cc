"""The folder of a run, and the pointer to the last whole one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bench.errors import RecordError, UsageError

RESULTS = Path("results")
LATEST = "latest"


def create(output: Path | None) -> Path:
    """A new folder for a run: the one asked for, or results/<UTC time>.

    Raises UsageError where none can be made, or where the one asked for already holds something.
    """
    try:
        return _empty(output) if output else _named_by_time(RESULTS)
    except OSError as error:
        raise UsageError(f"{output or RESULTS}: no folder for the results can be made: {error.strerror}") from error


def point_latest(folder: Path) -> None:
    """Let results/latest name this run, if it lies in results/; the change is atomic."""
    if folder.resolve().parent != RESULTS.resolve():
        return
    pointer = RESULTS / LATEST
    if pointer.exists() and not pointer.is_symlink():
        raise RecordError(f"{pointer} is no link, so it cannot point at {folder.name}: rename it")
    fresh = folder / f".{LATEST}"  # a link leads on from where it lies, which is results/ once it has its name
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(pointer)
    except OSError as error:
        raise RecordError(f"{pointer}: cannot point at {folder.name}: {error.strerror}") from error


def _empty(folder: Path) -> Path:
    if folder.resolve() == RESULTS.resolve() / LATEST or folder == RESULTS / LATEST:
        raise UsageError(f"{folder}: {LATEST} is the name of the pointer to the last whole run; name another folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} already holds something: name a new folder, so that no result is overwritten")
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
