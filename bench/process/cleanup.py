"""Leaving nothing behind: every process that carries a folder in its environment, then the folder itself."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bench.process.process_tree import carriers, end_all

PREFIX = "bench-"  # of the name of every folder that is ever cleared


def clear(folder: Path) -> None:
    """End every process that was started with this folder, or one below it, for its temporary files; remove it."""
    if not folder.name.startswith(PREFIX):
        raise ValueError(f"{folder} is no run's folder for temporary files")
    end_all(lambda: carriers(folder))
    remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, also what was made unreadable; nothing that a link in it leads to."""
    if folder.is_symlink():  # put in its place by the workload
        folder.unlink(missing_ok=True)
        return
    with suppress(RecursionError):  # folders nested a thousand deep
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            _unlock(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _unlock(folder: Path) -> None:
    """Make a folder and all below it readable and writable by its user. chmod would follow a link: links are let be."""
    with suppress(OSError):
        folder.chmod(0o700)
    for place, names, _ in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if not path.is_symlink():
                with suppress(OSError):
                    path.chmod(0o700)
