"""Find and run the checks: one file in this folder is one check.

A check is a module with a function `findings(observation)` that returns a list of `Finding`.
"""

import importlib
import pkgutil
import time
from types import ModuleType

import bench.machine.checks
from bench.machine import host
from bench.machine.checks import _snapshot
from bench.machine.checks._finding import Finding

WATCH_S = 1.0
ORDER = ("cores", "frequency", "load", "memory", "virtualization", "timer", "limits")
"""The order of their findings. Checks not listed here come next, by name, and the self-test is always last."""
LAST = "self_test"


def checks() -> list[ModuleType]:
    """The modules of all checks, in the order of their findings."""
    names = [module.name for module in pkgutil.iter_modules(bench.machine.checks.__path__)]
    public = sorted((name for name in names if not name.startswith("_")), key=_position)
    return [importlib.import_module(f"bench.machine.checks.{name}") for name in public]


def _position(name: str) -> tuple[bool, int, str]:
    return name == LAST, ORDER.index(name) if name in ORDER else len(ORDER), name


def examine(self_test_s: float | None, watch_s: float = WATCH_S) -> list[Finding]:
    """The findings of all checks; without seconds for the self-test, it is left out."""
    before = _snapshot.take()
    time.sleep(watch_s)
    observation = _snapshot.Observation(host.allowed_cores(), before, _snapshot.take(), self_test_s)
    return [finding for check in checks() for finding in check.findings(observation)]
