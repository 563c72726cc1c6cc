"""environment.json: what was measured where, and how to repeat it."""

import hashlib
import json
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.errors import CannotResume, RecordError
from bench.replace_file import replace_file
from bench.schema import ENVIRONMENT_JSON, FORMAT_VERSION


def write(folder: Path, facts: dict[str, Any]) -> None:
    """Write the facts into the run's folder, completely or not at all. Raises RecordError."""
    path = folder / ENVIRONMENT_JSON
    text = json.dumps({"version": FORMAT_VERSION, **facts}, indent=2) + "\n"
    try:
        replace_file(path, lambda new: new.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise RecordError(f"{path}: cannot be written: {error.strerror}") from error


def read(folder: Path) -> dict[str, Any]:
    """The facts of a run that was started. Raises CannotResume if this version cannot have written them."""
    path = folder / ENVIRONMENT_JSON
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CannotResume(
            f"{folder}: has no {ENVIRONMENT_JSON}, so the plan of the run is not known: start a new run"
        ) from error
    except OSError as error:
        raise CannotResume(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise CannotResume(f"{path}: is not valid JSON: {error}") from error
    if not isinstance(facts, dict) or facts.get("version") != FORMAT_VERSION:
        raise CannotResume(
            f"{path}: has another format version than {FORMAT_VERSION}, the current one: start a new run"
        )
    return facts


def commit() -> dict[str, Any] | None:
    """The commit checked out in the current folder and whether files differ from it; None outside a repository."""
    head = _git("rev-parse", "HEAD")
    return None if head is None else {"id": head, "changed": bool(_git("status", "--porcelain", "-uno"))}


def _git(*arguments: str) -> str | None:
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=10, check=True)
        return done.stdout.strip()
    return None


def file_digests(paths: Iterable[str]) -> dict[str, str | None]:
    """The SHA-256 of each workload file, since results belong to that text; None if the file is gone."""
    return {path: _digest(Path(path)) for path in sorted(set(paths))}


def _digest(path: Path) -> str | None:
    with suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return None
