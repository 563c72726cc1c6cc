"""Backends that are not available: refused if named, left out with a line otherwise."""

import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bench.backends._registry import backends, usual_backends
from bench.backends.threads import Threading
from bench.collect.discovery import bundled_folder, in_file
from bench.collect.parameters import parse_all
from bench.errors import UsageError
from bench.machine.interpreters import probe
from bench.measure.matrix import ChosenWorkload, Selection, left_out_backends
from bench.schema import Interpreter
from bench.session.arguments import parse_backends, refuse_unavailable

REASON = "not installed: pip install 'concurrency-bench[threads]'"


@pytest.fixture
def interpreters(monkeypatch: pytest.MonkeyPatch) -> list[Interpreter]:
    """Two, of which the one labelled `bare` lacks what threads need."""
    here = probe(sys.executable)

    def unavailable(cls: type[Threading], interpreter: Interpreter) -> str | None:
        return REASON if interpreter.label == "bare" else None

    monkeypatch.setattr(Threading, "unavailable", classmethod(unavailable))
    return [replace(here, label="full"), replace(here, label="bare")]


def selection(typed: Sequence[str], interpreters: Sequence[Interpreter]) -> Selection:
    (description,) = in_file(bundled_folder() / "sqrt_sum.py")
    params = parse_all({}, description.parameters, description.name)
    return Selection([ChosenWorkload(description, params, (2,))], parse_backends(typed, True), interpreters)


def test_a_backend_is_left_out_where_it_is_not_available(interpreters: list[Interpreter]) -> None:
    chosen = selection(["threading"], interpreters)
    refuse_unavailable(["threading"], chosen.backends, interpreters)
    assert [(case.backend, case.interpreter) for case in chosen.cases()] == [
        ("sequential", "full"),
        ("threading", "full"),
        ("sequential", "bare"),
    ]
    assert left_out_backends(chosen) == [f"threading is left out in bare: {REASON}"]


@pytest.mark.parametrize("typed", ["threading", "Threading"])
def test_a_backend_that_is_named_but_available_nowhere_is_refused(typed: str, interpreters: list[Interpreter]) -> None:
    bare = interpreters[1:]
    with pytest.raises(
        UsageError, match=r"backend threading: not installed: pip install 'concurrency-bench\[threads\]'"
    ):
        refuse_unavailable([typed], parse_backends([typed], True), bare)


def test_all_leaves_out_what_is_not_available(interpreters: list[Interpreter]) -> None:
    bare = interpreters[1:]
    chosen = selection(["all"], bare)
    refuse_unavailable(["all"], chosen.backends, bare)
    assert f"threading is left out: {REASON}" in left_out_backends(chosen)
    assert {"sequential", "asyncio", "multiprocessing"} <= {case.backend for case in chosen.cases()}
    assert "threading" not in {case.backend for case in chosen.cases()}


def test_all_keeps_the_options_of_a_backend_that_is_named_too() -> None:
    chosen = parse_backends(["all", "multiprocessing:chunksize=7"], True)
    (processes,) = (one for one in chosen if one.cls.name == "multiprocessing")
    assert processes.options["chunksize"] == "7"
    assert {one.cls.name for one in chosen} == set(backends())


def test_the_usual_backends_are_those_of_the_standard_library() -> None:
    assert set(usual_backends()) == {"sequential", "threading", "multiprocessing", "asyncio"}
    assert {one.cls.name for one in parse_backends([], True)} == set(usual_backends())
