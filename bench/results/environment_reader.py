"""Read environment.json; the samples can be shown without it."""

import json
from pathlib import Path
from typing import Any

from bench.errors import RunNotFound
from bench.results.columns import is_shallow
from bench.schema import FORMAT_VERSION


def read_environment(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts and any warnings; a file that cannot be read is reported and treated as missing.

    Raises RunNotFound for a later format version, in which the same names may have other meanings.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        return _without(path, f"cannot be read: {error.strerror or error}")
    except (ValueError, RecursionError) as error:
        return _without(path, f"is incomplete or not valid JSON: {error}")
    if not isinstance(facts, dict):
        return _without(path, "is not a JSON object")
    if not is_shallow(facts):
        return _without(path, "is nested too deeply")
    version = facts.get("version", FORMAT_VERSION)
    if type(version) is not int or version < 1:
        return _without(path, "has an invalid version")
    if version > FORMAT_VERSION:
        raise RunNotFound(
            f"{path}: has format version {version:.6g}, but this program supports {FORMAT_VERSION}: "
            "upgrade concurrency-bench"
        )
    return facts, ()


def _without(path: Path, problem: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    return {}, (f"{path}: {problem}: the machine and the other facts in it are unknown",)
