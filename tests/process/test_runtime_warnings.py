"""Why a free-threaded build runs with the GIL: with simulated warnings, and with a real extension module."""

import csv
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process import runtime_warnings
from bench.schema import Gil
from tests.conftest import WriteFile
from tests.support.free_threaded import FreeThreaded, find_free_threaded
from tests.support.paths import ROOT

TOLD = (
    "The global interpreter lock (GIL) has been enabled to load module 'one.two', which has not declared that it can "
    "run safely without the GIL. To override this behavior and keep the GIL disabled (at your own risk), run with "
    "PYTHON_GIL=0 or -Xgil=0."
)
BACKENDS: dict[str, dict[str, Any]] = {
    "sequential": {},
    "threads": {},
    "coroutines": {},
    "processes": {"start_method": "spawn", "chunksize": 1},
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What warnings are shown to the user, in a place of their own."""
    texts: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        monkeypatch.setattr(warnings, "showwarning", lambda message, *_, **__: texts.append(str(message)))
        yield texts


class TestCollectedWarnings:
    def test_collected_warnings_are_kept_and_not_shown(self, shown: list[str]) -> None:
        kept: list[str] = []
        runtime_warnings._collect("The lock", kept)
        for _ in range(2):
            warnings.warn("The lock is on", RuntimeWarning, stacklevel=1)
        assert (kept, shown) == (["The lock is on"] * 2, [])

    def test_other_warnings_are_shown_as_before(self, shown: list[str]) -> None:
        kept: list[str] = []
        runtime_warnings._collect("The lock", kept)
        warnings.warn("The lock is on", UserWarning, stacklevel=1)
        warnings.warn("another", RuntimeWarning, stacklevel=1)
        assert (kept, shown) == ([], ["The lock is on", "another"])

    def test_two_collectors_do_not_interfere(self, shown: list[str]) -> None:
        one: list[str] = []
        other: list[str] = []
        runtime_warnings._collect("one", one)
        runtime_warnings._collect("other", other)
        for text in ("one", "other", "third"):
            warnings.warn(text, RuntimeWarning, stacklevel=1)
        assert (one, other, shown) == (["one"], ["other"], ["third"])


class TestGilCause:
    @pytest.fixture(autouse=True)
    def free_threaded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A free-threaded build whose GIL is on."""
        monkeypatch.setattr(sys, "abiflags", "t")
        monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
        monkeypatch.setattr(sys, "_xoptions", {})
        monkeypatch.setattr(runtime_warnings, "_gil_enabled", [])
        monkeypatch.delenv("PYTHON_GIL", raising=False)

    def test_module_is_read_from_pythons_own_warning(self, shown: list[str]) -> None:
        runtime_warnings.watch_gil()
        warnings.warn(TOLD, RuntimeWarning, stacklevel=1)
        assert runtime_warnings.gil_cause() == "the module one.two"
        assert shown == []

    def test_cause_is_unknown_without_a_warning(self) -> None:
        assert runtime_warnings.gil_cause() is None

    def test_setting_is_a_cause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHON_GIL", "1")
        assert runtime_warnings.gil_cause() == "PYTHON_GIL=1"
        monkeypatch.setattr(sys, "_xoptions", {"gil": "1"})
        assert runtime_warnings.gil_cause() == "-X gil=1"

    @pytest.mark.parametrize(("flags", "on"), [("t", False), ("", True)], ids=["GIL off", "never to be off"])
    def test_no_cause_if_the_gil_stayed_disabled(self, flags: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHON_GIL", "1")
        monkeypatch.setattr(sys, "abiflags", flags)
        monkeypatch.setattr(sys, "_is_gil_enabled", lambda: on)
        assert runtime_warnings.gil_cause() is None


@pytest.fixture
def python() -> FreeThreaded:
    return find_free_threaded()


def trial_in(python: FreeThreaded, path: Path, backend: str, **environment: str) -> Outcome:
    workers = 1 if backend == "sequential" else 2
    request = Request(str(path), "adds", {}, backend, BACKENDS[backend], workers, warmups=0)
    outcome = run_trial(TrialSettings(python.executable, request, environment), TimeLimit(60))
    assert outcome.failed is None
    return outcome


def adds(imports: str) -> str:
    lines = [
        imports,
        "from bench import workload",
        "@workload(items=range(4))",
        "def adds(item):",
        "    return item + 1",
    ]
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("backend", BACKENDS)
def test_module_that_needs_the_gil_is_named_under_every_backend(
    backend: str, python: FreeThreaded, write_file: WriteFile
) -> None:
    path = write_file("with_module.py", adds("import needs_gil"))
    python.compile_extension("needs_gil", path.parent)
    ready = trial_in(python, path, backend).ready
    assert ready is not None
    assert (ready.gil, ready.gil_cause) == (Gil.ON, "the module needs_gil")


def test_gil_is_off_without_cause_if_no_module_needs_it(python: FreeThreaded, write_file: WriteFile) -> None:
    ready = trial_in(python, write_file("without.py", adds("")), "threads").ready
    assert ready is not None
    assert (ready.gil, ready.gil_cause) == (Gil.OFF, None)


def test_setting_that_keeps_the_gil_on_is_named(python: FreeThreaded, write_file: WriteFile) -> None:
    ready = trial_in(python, write_file("without.py", adds("")), "threads", PYTHON_GIL="1").ready
    assert ready is not None
    assert (ready.gil, ready.gil_cause) == (Gil.ON, "PYTHON_GIL=1")


def test_run_reports_the_gil_in_rows_environment_and_table(python: FreeThreaded, write_file: WriteFile) -> None:
    path = write_file("with_module.py", adds("import needs_gil"))
    python.compile_extension("needs_gil", path.parent)
    command = ["run", path.name, "--python", python.executable, "-b", "threading", "-b", "multiprocessing", "-w", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *command, "--rounds", "1", "--cycles", "1", "-o", "out"],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    with (path.parent / "out/samples.csv").open(newline="") as file:
        assert {row["backend"]: row["gil"] for row in csv.DictReader(file)} == {
            "sequential": "on",
            "threading": "on",
            "multiprocessing": "on",
        }
    recorded = json.loads((path.parent / "out/environment.json").read_text())["warnings"]
    (warning,) = [one for one in recorded if one["kind"] == "gil"]
    assert (warning["workload"], warning["samples"]) == ("adds", 3)
    assert f"Warning: {warning['text']}." in " ".join(done.stdout.split())
    assert "the module needs_gil enabled it" in warning["text"]
