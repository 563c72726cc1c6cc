"""Why a free-threaded Python runs under the GIL after all."""

import os
import re
import sys

from bench.overheard import overhear

_told: list[str] = []


def watch() -> None:
    """Keep Python's warning that it switched the GIL on to load a module; others go on as before."""
    if "t" in sys.abiflags:
        overhear(r"The global interpreter lock \(GIL\) has been enabled to load module", _told)


def cause() -> str | None:
    """What switched the GIL on in this process, in a few words; None where it is off, or was never to be off.

    It is asked of the trial's own process alone: workers that are processes load the same file as it has, and telling
    its warnings from theirs would cost each of them what it costs here. What a worker alone loads is thus not named.
    """
    if "t" not in sys.abiflags or not getattr(sys, "_is_gil_enabled", lambda: False)():
        return None
    if _told:
        return _module(_told[0])
    if sys._xoptions.get("gil") == "1":
        return "-X gil=1"
    return "PYTHON_GIL=1" if os.environ.get("PYTHON_GIL") == "1" else None


def _module(warning: str) -> str:
    named = re.search(r"load module '([^']+)'", warning)
    return f"the module {named[1]}" if named else warning
