"""Clean up after a run: end every process that has its folder in the environment, then remove the folder."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bench.process.process_tree import carriers, end_all

PREFIX = "bench-"  # of the name of every folder that may be cleared


def clear(folder: Path) -> None:
    """End every process whose temporary folder is this one or one below it, then remove it."""
    if not folder.name.startswith(PREFIX):
        raise ValueError(f"{folder} is not the temporary folder of a run")
    end_all(lambda: carriers(folder))
    remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder with its contents, even if they are unreadable, without following links."""
    if folder.is_symlink():  # the workload has replaced the folder
        folder.unlink(missing_ok=True)
        return
    with suppress(RecursionError):  # folders nested a thousand deep
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            _unlock(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _unlock(folder: Path) -> None:
    """Make a folder and all folders below it accessible to the user, except for links, which chmod would follow."""
    with suppress(OSError):
        folder.chmod(0o700)
    for place, names, _ in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if not path.is_symlink():
                with suppress(OSError):
                    path.chmod(0o700)
