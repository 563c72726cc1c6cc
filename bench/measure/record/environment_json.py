"""environment.json: what was measured where, and how to do it again."""

import hashlib
import json
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.errors import CannotResume, RecordError

FILE_NAME = "environment.json"
VERSION = 1


def write(folder: Path, facts: dict[str, Any]) -> None:
    """Put the facts into the run's folder, whole or not at all. Raises RecordError."""
    path = folder / FILE_NAME
    fresh = folder / f".{FILE_NAME}"  # one name for all: whatever a run that was killed left there is replaced
    try:
        fresh.write_text(json.dumps({"version": VERSION, **facts}, indent=2) + "\n", encoding="utf-8")
        fresh.replace(path)
    except BaseException as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise RecordError(f"{path}: cannot be written: {error.strerror}") from error
        raise


def read(folder: Path) -> dict[str, Any]:
    """The facts of a run that was begun. Raises CannotResume where they are not those that this version writes."""
    path = folder / FILE_NAME
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CannotResume(f"{folder}: holds no {FILE_NAME}, so nobody knows what was planned: measure anew") from error
    except OSError as error:
        raise CannotResume(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise CannotResume(f"{path}: is no JSON: {error}") from error
    if not isinstance(facts, dict) or facts.get("version") != VERSION:
        raise CannotResume(f"{path}: is not of version {VERSION}, the one that is written now: measure anew")
    return facts


def commit() -> dict[str, Any] | None:
    """The commit that the current folder is at, and whether files differ from it; None outside of a repository."""
    head = _git("rev-parse", "HEAD")
    return None if head is None else {"id": head, "changed": bool(_git("status", "--porcelain", "-uno"))}


def _git(*arguments: str) -> str | None:
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=10, check=True)
        return done.stdout.strip()
    return None


def file_digests(paths: Iterable[str]) -> dict[str, str | None]:
    """The SHA-256 of each workload file, for results are of that text; None where it has gone."""
    return {path: _digest(Path(path)) for path in sorted(set(paths))}


def _digest(path: Path) -> str | None:
    with suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return None
