"""Backends as parameters of tests: which of them are slow, and which cannot run here."""

import sys
from functools import cache

import pytest

from bench.backends._base import Backend
from bench.backends._registry import backends
from bench.machine.interpreters import probe
from bench.schema import Interpreter


@cache
def this_interpreter() -> Interpreter:
    """The interpreter that the tests run in; to ask it takes a while."""
    return probe(sys.executable)


def marks_of(cls: type[Backend]) -> list[pytest.MarkDecorator]:
    """Skip a backend that cannot run here, saying why; an optional one is slow, since it starts an engine."""
    why = cls.unavailable(this_interpreter())
    skipped = [pytest.mark.skip(reason=f"{cls.name}: {why}")] if why else []
    return [*skipped, *([pytest.mark.slow] if cls.optional else [])]


def backend_params() -> list[object]:
    """Every backend."""
    return [pytest.param(cls, id=cls.name, marks=marks_of(cls)) for cls in backends().values()]


def name_params() -> list[object]:
    """Every backend's name."""
    return [pytest.param(name, id=name, marks=marks_of(cls)) for name, cls in backends().items()]
