"""Write, find and read claims.json, the results of `bench claims`."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.errors import RecordError

CLAIMS_JSON = "claims.json"


def write_claims(path: Path, text: str) -> None:
    """Write the file. Raises RecordError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror or error}") from error


def claims_files(folder: Path) -> list[Path]:
    """The files of all results below a folder of runs, the newest first."""
    return sorted(_files(folder), key=lambda path: path.stat().st_mtime, reverse=True)


def read_claims(path: Path) -> Any:
    """The JSON of the file. Raises ValueError with the reason if it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


def _files(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from folder.glob(f"*/{CLAIMS_JSON}")
