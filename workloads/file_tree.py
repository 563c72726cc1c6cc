"""Organising files: hash each, classify it, move it into the folder of its kind, find those that are the same."""

import hashlib
import os
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, NamedTuple

import _file_moves

from bench import Workload

KIND_OF = {
    extension: kind
    for kind, extensions in {
        "archives": "7z bz2 gz rar tar xz zip",
        "audio": "aac flac m4a mp3 ogg wav",
        "code": "c cpp css go h html ipynb java js json py rs sh sql ts xml yaml",
        "documents": "csv doc docx md odt pdf pptx rtf txt xls xlsx",
        "images": "bmp gif heic jpeg jpg png svg tif tiff webp",
        "videos": "avi mkv mov mp4 webm",
    }.items()
    for extension in extensions.split()
}
MADE_KINDS = {
    "photo.jpg": "images",
    "SCAN.PNG": "images",
    "report.pdf": "documents",
    "notes.txt": "documents",
    "song.mp3": "audio",
    "clip.mp4": "videos",
    "backup.tar.gz": "archives",
    "README": "other",
}
MADE_FOLDERS = 8  # with the same names in each
CHUNK_BYTES = 1 << 20
LONGEST_NAME_BYTES = 255


class FileItem(NamedTuple):
    """A file: its path within the folder, and a name that no other file has, since files of one name meet elsewhere."""

    path: str
    name: str


class FileResult(NamedTuple):
    """What was found out about a file."""

    kind: str
    size: int
    digest: bytes


class Identity(NamedTuple):
    """What stays as it is when a file is only renamed."""

    device: int
    inode: int
    size: int
    modified_ns: int


class FileTree(Workload):
    """Organise files: hash and classify each, move it into the folder of its kind, find duplicates."""

    bound = "cpu"  # the files have just been written or read, so that they come from the page cache
    tags = ("files", "tutorial")
    optional = True
    metrics: ClassVar[Mapping[str, str]] = {"data": "MB/s", "files": "1/s", "duplicates": "per pass"}
    files: int = 256  # that are made, if no folder is given
    size: int = 100_000  # bytes of each
    folder: str = ""  # of your own: its files are only read, unless move=true is given and confirmed
    move: bool | None = None  # into folders by kind, and back after each pass; by default, only files that were made
    confirm: str = ""  # the name of your own folder, if its files may be moved

    def setup(self) -> Iterator[str]:
        with ExitStack() as stack:
            if self.folder:
                self._root = Path(self.folder).expanduser().resolve()
                self._refuse()
                self._digests: dict[str, bytes] = {}
            else:
                self._root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                self._digests = _make_files(self._root, self.files, self.size)
            self._pass = stack.enter_context(ExitStack())
            yield str(self._root)

    def client(self, env: str) -> Iterator[str]:
        yield env

    def items(self) -> list[FileItem]:
        if self._moves:
            self._pass.enter_context(_file_moves.locked(self._root))
            _file_moves.put_back(self._root)  # what a pass that was killed has left
        self._before = _scan(self._root)
        if not self._before:
            raise ValueError(f"{self._root} contains no files")
        items = [FileItem(path, _unique_name(number, path)) for number, path in enumerate(sorted(self._before))]
        if self._moves:
            self._refuse_other_file_systems()
            self._pass.callback(_file_moves.put_back, self._root)
            _file_moves.prepare(self._root, {item.name: item.path for item in items})
        return items

    def work(self, item: FileItem, client: str) -> FileResult:
        path = os.path.join(client, item.path)  # noqa: PTH118  # as `_file_moves.target`
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            digest = hashlib.file_digest(file, "sha256").digest()
            size = file.tell()
        kind = classify(item.path)
        if self._moves:
            destination = _file_moves.target(client, kind, item.name)
            os.makedirs(os.path.dirname(destination), exist_ok=True)  # noqa: PTH103, PTH120
            os.rename(path, destination)  # noqa: PTH104
        return FileResult(kind, size, digest)

    def check(self, items: list[FileItem], results: list[FileResult], env: str) -> None:
        for item, result in zip(items, results, strict=True):
            kind = classify(item.path) if self.folder else MADE_KINDS[Path(item.path).name]
            place = Path(_file_moves.target(env, kind, item.name)) if self._moves else self._root / item.path
            assert place.is_file(), f"{item.path} is not at {place}, where it belongs"
            before = self._before[item.path]
            assert _identity(place.stat()) == before, f"{item.path} changed while it was measured"
            if item.path not in self._digests:  # the first pass over a folder of the user's
                self._digests[item.path] = _digest(place)
            expected = FileResult(kind, before.size, self._digests[item.path])
            assert result == expected, f"{item.path}: got {result}, expected {expected}"
        self._pass.close()
        missing = set(self._before.items()) - set(_scan(self._root).items())
        assert not missing, f"{len(missing)} files of {self._root} are not as they were before the pass"

    def compute_metrics(
        self, items: list[FileItem], results: list[FileResult], elapsed_s: float
    ) -> Mapping[str, float]:
        contents = {result.digest for result in results}
        return {
            "data": sum(result.size for result in results) / 1e6 / elapsed_s,
            "files": len(results) / elapsed_s,
            "duplicates": len(results) - len(contents),
        }

    @property
    def _moves(self) -> bool:
        return not self.folder if self.move is None else self.move

    def _refuse(self) -> None:
        """Raise if the folder does not exist, or is not to be worked on in this way."""
        if not self._root.is_dir():
            raise NotADirectoryError(f"folder={self.folder}: there is no such folder")
        name = self._root.name or "/"
        if self._moves and self.confirm != name:
            raise PermissionError(
                f"move=true moves every file below {self._root}, and puts it back after each pass; "
                f"if that may be done, confirm it with the name of the folder: confirm={name}"
            )
        if not self._moves and _file_moves.are_pending(self._root):
            raise PermissionError(
                f"another run moves the files of {self._root}, or was killed while it did; to put them back: "
                f"{_file_moves.how_to_put_back(self._root)}"
            )

    def _refuse_other_file_systems(self) -> None:
        """Raise if a file cannot be moved by renaming it."""
        device = self._root.stat().st_dev
        elsewhere = next((path for path, identity in self._before.items() if identity.device != device), None)
        if elsewhere is not None:
            raise _file_moves.CannotMove(
                f"{elsewhere} is on another file system than {self._root}: give a folder of one"
            )


def classify(path: str) -> str:
    """The kind of a file by its extension, whether in capitals or not."""
    return KIND_OF.get(os.path.splitext(path)[1][1:].lower(), "other")  # noqa: PTH122  # timed


def _scan(root: Path) -> dict[str, Identity]:
    """Every regular file below a folder, by path; links are not followed."""
    found: dict[str, Identity] = {}
    folders = [root]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    found[os.path.relpath(entry.path, root)] = _identity(status)
    return found


def _identity(status: os.stat_result) -> Identity:
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _unique_name(number: int, path: str) -> str:
    """The name of a file with its number, which no other file has; the number alone if that is too long."""
    name = f"{number}-{Path(path).name}"
    return name if len(os.fsencode(name)) <= LONGEST_NAME_BYTES else str(number)


def _digest(path: Path) -> bytes:
    """The same digest, computed differently from work()."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.digest()


def _make_files(root: Path, files: int, size: int) -> dict[str, bytes]:
    """Make files, every eighth with the content of the one before; the digest of each, by path."""
    digests: dict[str, bytes] = {}
    names = list(MADE_KINDS)
    for number in range(files):
        place, copy = divmod(number, MADE_FOLDERS)
        content = random.Random(number - (copy == MADE_FOLDERS - 1)).randbytes(size)
        path = Path(f"folder-{copy}", f"{place // len(names)}", names[place % len(names)])
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
        digests[str(path)] = hashlib.sha256(content).digest()
    return digests
