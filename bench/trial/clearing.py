"""Leaving nothing behind: every process that carries a folder in its environment, then the folder itself."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bench.trial.group import end_all
from bench.trial.processes import carriers


def clear(folder: Path) -> None:
    """End every process that was started with this folder, or one below it, for its temporary files; remove it."""
    end_all(lambda: carriers(folder))
    remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, also what was made unreadable."""
    for place, names, _ in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if not path.is_symlink():  # chmod would follow it out of the folder
                with suppress(OSError):
                    path.chmod(0o700)
    with suppress(RecursionError):  # folders nested a thousand deep
        shutil.rmtree(folder, ignore_errors=True)
