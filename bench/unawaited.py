"""Coroutines that were made and never awaited: their work did not happen, so a pass that has one is wrong."""

import warnings
from typing import Any

_told: list[str] = []
_show = warnings.showwarning


def watch() -> None:
    """Keep every warning of Python's that a coroutine was never awaited; others go on as before."""
    warnings.filterwarnings("always", message=".* was never awaited", category=RuntimeWarning)
    warnings.showwarning = _keep


def take() -> list[str]:
    """What was told in this process since the last call."""
    taken = _told[:]
    _told.clear()
    return taken


def _keep(message: Warning | str, category: type[Warning], *where: Any, **how: Any) -> None:
    if issubclass(category, RuntimeWarning) and "was never awaited" in str(message):
        _told.append(str(message))
    else:
        _show(message, category, *where, **how)
