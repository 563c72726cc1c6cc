"""The interpreters that claims are tried in."""

import shutil
from collections.abc import Sequence

from bench.errors import UsageError
from bench.machine import interpreters
from bench.schema import Interpreter

FREE_THREADED = ("python3.15t", "python3.14t", "python3.13t")


def chosen_interpreters(asked: Sequence[str], wants_free_threaded: bool) -> list[Interpreter]:
    """Those asked for, or else this one; and a free-threaded one, if one is wanted and found on PATH.

    Raises UsageError for one that was asked for and does not work.
    """
    chosen = interpreters.choose(asked)
    if wants_free_threaded and not any(is_free_threaded(one) for one in chosen):
        chosen += _found()[:1]
    return chosen


def is_free_threaded(interpreter: Interpreter) -> bool:
    """Whether it was built without the GIL."""
    return interpreter.version.endswith("t")


def _found() -> list[Interpreter]:
    """The free-threaded interpreters on PATH, the newest first."""
    found = []
    for name in FREE_THREADED:
        if shutil.which(name) is None:
            continue
        try:
            found += interpreters.choose([name])
        except UsageError:
            continue  # nobody asked for it
    return found
