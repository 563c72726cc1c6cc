"""Python warnings that a trial acts on: a coroutine that was never awaited, the GIL switched on by a module."""

import os
import re
import sys
import warnings
from typing import Any

_unawaited: list[str] = []
_gil_enabled: list[str] = []


def watch_unawaited() -> None:
    """Collect every warning that a coroutine was never awaited: its work was not done, so the pass is wrong."""
    _collect(".* was never awaited", _unawaited)


def take_unawaited() -> list[str]:
    """The warnings in this process since the last call."""
    taken = _unawaited[:]
    _unawaited.clear()
    return taken


def watch_gil() -> None:
    """Collect the warning that Python enabled the GIL to load a module, in a free-threaded build."""
    if "t" in sys.abiflags:
        _collect(r"The global interpreter lock \(GIL\) has been enabled to load module", _gil_enabled)


def gil_cause() -> str | None:
    """What enabled the GIL in this process, in a few words; None if it is off, or if the build always has it.

    This covers the trial's main process only: worker processes load the same file, and collecting the warnings in each
    of them would cost time. A module that only a worker loads is therefore not named.
    """
    if "t" not in sys.abiflags or not getattr(sys, "_is_gil_enabled", lambda: False)():
        return None
    if _gil_enabled:
        return _module_in(_gil_enabled[0])
    if sys._xoptions.get("gil") == "1":
        return "-X gil=1"
    return "PYTHON_GIL=1" if os.environ.get("PYTHON_GIL") == "1" else None


def _collect(pattern: str, messages: list[str]) -> None:
    """From now on, append each RuntimeWarning that matches to the list instead of showing it; show all others."""
    matches = re.compile(pattern).match
    show = warnings.showwarning

    def collect_or_show(message: Warning | str, category: type[Warning], *args: Any, **kwargs: Any) -> None:
        if issubclass(category, RuntimeWarning) and matches(str(message)):
            messages.append(str(message))
        else:
            show(message, category, *args, **kwargs)

    warnings.filterwarnings("always", message=pattern, category=RuntimeWarning)
    warnings.showwarning = collect_or_show


def _module_in(warning: str) -> str:
    named = re.search(r"load module '([^']+)'", warning)
    return f"the module {named[1]}" if named else warning
