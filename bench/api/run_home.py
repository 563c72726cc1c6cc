"""Where the folder of a run lies, and how long it stays."""

import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from bench.errors import NoTemporaryFolder
from bench.measure.record import run_folder


class RunHome:
    """The folder of a run: the one asked for, or a temporary one that is removed with the last result that needs it."""

    def __init__(self, folder: Path, temporary: Path | None = None) -> None:
        self.folder = folder
        self.is_temporary = temporary is not None
        if temporary is not None:
            weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)

    @classmethod
    def create(cls, output: Path | None) -> "RunHome":
        """Create it. Raises UsageError, NoTemporaryFolder."""
        if output is not None:
            return cls(run_folder.create(output).resolve())
        try:
            parent = Path(tempfile.mkdtemp(prefix="bench-")).resolve()
        except OSError as error:
            raise NoTemporaryFolder.because(error) from error
        return cls(run_folder.create(None, parent), parent)

    def discard(self) -> None:
        """Remove what was written before the run began."""
        for path in self.folder.iterdir():
            path.unlink()
        with suppress(OSError):
            self.folder.rmdir()
