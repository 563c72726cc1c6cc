"""Replace a file as a whole, so that a reader sees the old one or the new one and never a part."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, make: Callable[[Path], object], temporary: Path | None = None) -> None:
    """Let `make` create a new file beside `path`, then move it there. Raises OSError; then nothing is left of it.

    The temporary name is always the same, so that whatever a killed run left under it is replaced.
    """
    new = temporary or path.with_name(f".{path.name}")
    new.unlink(missing_ok=True)
    try:
        make(new)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
