"""What the tests share: workload files written on the spot, and imports that leave nothing behind."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from bench.measure import runner
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from tests.support.noting import Launched, Notes, ok

settings.register_profile("bench", deadline=None, max_examples=50)  # how long an example takes is the machine's affair
settings.register_profile("thorough", parent=settings.get_profile("bench"), max_examples=10_000)
settings.load_profile("bench")

WriteFile = Callable[[str, str], Path]


@pytest.fixture
def forget_imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test has imported, and where it made imports look, is forgotten after it."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", sys.path[:])
    yield
    for name in set(sys.modules) - before:
        path = getattr(sys.modules[name], "__file__", None) or ""
        if name.startswith("bench_workload_") or "pytest-" in path:
            del sys.modules[name]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write_file(here: Path, forget_imports: None) -> WriteFile:
    """Writes a file at a path below the current folder."""

    def write(name: str, text: str) -> Path:
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Launched:
    """Has all trials end with the outcome given, and gives the notes of it."""

    def launch_as(outcome: Callable[[Request], Outcome] = ok) -> Notes:
        notes = Notes(outcome)
        monkeypatch.setattr(runner, "follow", notes.follow)
        monkeypatch.setattr(runner, "measure_ceilings", notes.measure_ceilings)
        return notes

    return launch_as
