"""The reference pass of each cycle, in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.measure import reference
from bench.measure.ceiling import BusyProcess
from bench.measure.reference import reference_process


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[BusyProcess]:
    """The processes that were started, which have little to do."""
    found: list[BusyProcess] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    monkeypatch.setattr(reference, "SQUARE_ROOTS", 10)
    return found


def test_each_call_times_a_pass_of_the_same_process(started: list[BusyProcess]) -> None:
    with reference_process(sys.executable) as time_reference:
        times = [time_reference() for _ in range(3)]
    assert all(seconds is not None and seconds > 0 for seconds in times)
    assert len(started) == 1
    assert started[0].returncode is not None


def test_process_that_dies_makes_it_unknown_from_then_on(started: list[BusyProcess]) -> None:
    with reference_process(sys.executable) as time_reference:
        assert time_reference() is not None
        os.kill(started[0].pid, signal.SIGKILL)
        assert [time_reference() for _ in range(3)] == [None] * 3
    assert len(started) == 1


@pytest.mark.parametrize("executable", ["/bin/false", "/no/such/python"])
def test_interpreter_that_does_not_work_makes_it_unknown(executable: str) -> None:
    with reference_process(executable) as time_reference:
        assert time_reference() is None


def test_process_ends_with_an_error_of_the_run(started: list[BusyProcess]) -> None:
    with pytest.raises(KeyboardInterrupt), reference_process(sys.executable):
        raise KeyboardInterrupt
    assert not Path(f"/proc/{started[0].pid}").exists()
