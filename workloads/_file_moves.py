"""Move files into folders so that nothing is lost: a journal is on the disk before the first file moves.

Everything that a pass moves lies below one folder, `.concurrency-bench`, inside the folder that is organised, and its
journal maps each name there to the path that the file came from. A move is one rename within a file system: whenever
the process is killed, each file is either at its old place or below that folder, and `put_back` moves all of them back.

Run as a script, this puts the files of a folder back: `python _file_moves.py FOLDER`.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PLACE = ".concurrency-bench"
_JOURNAL = "journal.json"
_NEW_JOURNAL = "journal.new"
_FILES = "files"


class CannotMove(Exception):
    """Files cannot be moved, or not be moved back, for the reason in the message."""


def target(root: str, kind: str, name: str) -> str:
    """Where a file of this kind and name is moved to."""
    return os.path.join(root, PLACE, _FILES, kind, name)  # noqa: PTH118  # timed: a Path costs more than the rename


def are_pending(root: Path) -> bool:
    """Whether files of the folder have been moved and not been put back."""
    return (root / PLACE).exists()


def how_to_put_back(root: Path) -> str:
    """The command that does it."""
    return f"python {Path(__file__).resolve()} {root}"


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep others from moving files of the folder meanwhile; a process that dies lets go. Raises CannotMove."""
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotMove(f"another run is moving the files of {root}: wait until it ends") from None
        yield
    finally:
        os.close(folder)


def prepare(root: Path, origins: Mapping[str, str]) -> None:
    """Write the journal: the original path, relative to the folder, of each name. No file may move before that."""
    place = root / PLACE
    (place / _FILES).mkdir(parents=True)
    about = f"Files were moved from their folders while they were measured. To put them back: {how_to_put_back(root)}"
    with (place / _NEW_JOURNAL).open("w", encoding="ascii") as file:  # what is not ASCII is escaped, whatever it is
        json.dump({"about": about, "origins": origins}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    (place / _NEW_JOURNAL).rename(place / _JOURNAL)
    for folder in (place, root):
        _sync(folder)


def put_back(root: Path) -> int:
    """Move every file back that was moved, however far that got, and remove the journal; how many files that were.

    Raises CannotMove if another file has taken the place of one, or if one is not in the journal; nothing is
    overwritten, and the rest is put back.
    """
    place = root / PLACE
    if not place.exists():
        return 0
    taken, count = [], 0
    origins = _origins(place)
    for moved in sorted((place / _FILES).glob("*/*")):
        if moved.name not in origins:
            taken.append(f"{moved} is not in the journal")
            continue
        origin = root / origins[moved.name]
        try:
            _rename_without_overwriting(moved, origin)
            count += 1
        except FileExistsError:
            taken.append(f"{moved} belongs to {origin}, but another file is there")
    if taken:
        raise CannotMove("; ".join(taken))
    _remove_empty(place)
    return count


def _origins(place: Path) -> dict[str, str]:
    """The journal; without one, no file has been moved yet."""
    with suppress(FileNotFoundError):
        return dict(json.loads((place / _JOURNAL).read_text("ascii"))["origins"])
    return {}


def _rename_without_overwriting(moved: Path, origin: Path) -> None:
    origin.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(moved, origin, follow_symlinks=False)  # unlike a rename, it fails if the other name is taken
    except FileExistsError:
        if not moved.samefile(origin):  # it is the same if an earlier attempt was killed before it removed this name
            raise
    except OSError:  # a file system without hard links
        if origin.exists():
            raise FileExistsError(origin) from None
        moved.rename(origin)
        return
    moved.unlink()


def _remove_empty(place: Path) -> None:
    """Remove what is left when all files are back; the journal after the folders that it is about."""
    files = place / _FILES
    for folder in [*files.glob("*"), *([files] if files.exists() else [])]:
        folder.rmdir()
    for name in (_JOURNAL, _NEW_JOURNAL):
        (place / name).unlink(missing_ok=True)
    place.rmdir()


def _sync(folder: Path) -> None:
    """Get the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main(folder: str) -> str:
    """Put the files of a folder back; what was done, in a sentence."""
    root = Path(folder).expanduser().absolute()
    if not are_pending(root):
        return f"{root}: no file has been moved"
    with locked(root):
        return f"{root}: {put_back(root)} files are back where they were"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER")
    try:
        sys.stdout.write(main(sys.argv[1]) + "\n")
    except (CannotMove, OSError) as error:
        sys.exit(str(error))
