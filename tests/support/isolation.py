"""Undo what a test changes in its own process: imports and signal handlers."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.cli.signals import ENDINGS


@contextmanager
def imports_forgotten() -> Iterator[None]:
    """Forget workload files and what they import from temporary folders, and restore sys.path."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", sys.path[:])
        yield
    for name in set(sys.modules) - before:
        path = getattr(sys.modules[name], "__file__", None) or ""
        if name.startswith("bench_workload_") or "pytest-" in path:
            del sys.modules[name]


@contextmanager
def signals_restored() -> Iterator[None]:
    """Start with the default handlers, and restore the previous ones at the end.

    A signal that the parent ignores is ignored by its children too: SIGHUP under nohup, SIGINT in a shell's background.
    """
    before = {number: signal.getsignal(number) for number in ENDINGS}
    for number in ENDINGS:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
