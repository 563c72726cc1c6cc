"""Reading environment.json: without it the samples can be shown all the same."""

import json
from pathlib import Path
from typing import Any

from bench.errors import RunNotFound
from bench.results.columns import is_shallow
from bench.schema import FORMAT_VERSION


def read_environment(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts, and what to warn of: a file that cannot be read is as good as none, and that is said.

    Raises RunNotFound for a file of a later version, which may mean other things by the same names.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        return _without(path, f"cannot be read: {error.strerror or error}")
    except (ValueError, RecursionError) as error:
        return _without(path, f"is not valid JSON, or cut short: {error}")
    if not isinstance(facts, dict):
        return _without(path, "holds no JSON object")
    if not is_shallow(facts):
        return _without(path, "is nested too deeply")
    version = facts.get("version", FORMAT_VERSION)
    if type(version) is not int or version < 1:
        return _without(path, "says no version that could be")
    if version > FORMAT_VERSION:
        raise RunNotFound(
            f"{path}: is of version {version:.6g}, and this program knows {FORMAT_VERSION}: upgrade concurrency-bench"
        )
    return facts, ()


def _without(path: Path, what: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    return {}, (f"{path}: {what}: shown without the machine and all else that it says",)
