"""Busy processes: warm before they are timed, never waited for without end, never left behind."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.measure import ceiling
from bench.measure.ceiling import CannotTime, busy_processes, time_together

FEW = 10
Script = Callable[[str], str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every process that was started."""
    found: list[subprocess.Popen[bytes]] = []

    class Completed(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Completed)
    return found


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Writes a shell script that takes the place of an interpreter."""

    def write(text: str) -> str:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    return write


def all_gone(processes: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(process.returncode is not None and not Path(f"/proc/{process.pid}").exists() for process in processes)


def test_processes_can_be_timed_repeatedly_and_all_exit(started: list[subprocess.Popen[bytes]]) -> None:
    with busy_processes(sys.executable, 3, FEW) as processes:
        assert all(time_together(processes[:count]) > 0 for count in (1, 3, 2, 1))
        assert started == processes
        assert all(process.poll() is None for process in processes)
    assert all_gone(started)


def test_timing_ends_when_the_last_process_is_done(here: Path, script: Script) -> None:
    """One of the two, whichever makes the folder, is done only after it has written a file."""
    path = script("echo; while read line; do if mkdir claimed 2>/dev/null; then sleep 0.2; touch done; fi; echo; done")
    with busy_processes(path, 2, FEW) as processes:
        assert time_together(processes) > 0
        assert (here / "done").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, CannotTime, RuntimeError])
def test_no_process_survives_an_error(error: type[BaseException], started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(error), busy_processes(sys.executable, 2, FEW):
        raise error
    assert len(started) == 2
    assert all_gone(started)


def test_interrupt_during_startup_leaves_no_process(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(processes: Sequence[subprocess.Popen[bytes]]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ceiling, "_await_answers", interrupted)
    with pytest.raises(KeyboardInterrupt), busy_processes(sys.executable, 2, FEW):
        pass
    assert len(started) == 2
    assert all_gone(started)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("exit 1", "ended before it was done"),
        ("echo; read a; exit 1", "ended before it was done"),
        ("exec sleep 60", "did not answer within 0.2 s"),
        ("echo; exec sleep 60", "did not answer within 0.2 s"),
    ],
    ids=["dies at the start", "dies at work", "never stands ready", "never is done"],
)
def test_unresponsive_process_is_not_waited_for(
    text: str, why: str, script: Script, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "exec" in text:
        monkeypatch.setattr(ceiling, "TIMEOUT_S", 0.0)
        monkeypatch.setattr(ceiling, "TIMEOUT_PER_PROCESS_S", 0.1)
    with pytest.raises(CannotTime, match=why), busy_processes(script(text), 2, FEW) as processes:
        time_together(processes)
    assert all_gone(started)


def test_process_that_exits_before_it_is_signalled_is_reported(script: Script) -> None:
    with busy_processes(script("echo; exit 0"), 1, FEW) as processes:
        processes[0].wait()
        with pytest.raises(CannotTime, match="ended before it was"):
            time_together(processes)


def test_process_that_cannot_be_started_is_reported_with_the_system_error(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotTime, match="cannot be started: No such file or directory"),
        busy_processes(str(tmp_path / "none"), 2, FEW),
    ):
        pass


def test_started_processes_are_ended_if_another_cannot_start(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ceiling._busy

    def once(executable: str, square_roots: int) -> Iterator[Any]:
        if started:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return real(executable, square_roots)  # type: ignore[return-value] # a context manager, as what it replaces

    monkeypatch.setattr(ceiling, "_busy", once)
    with pytest.raises(CannotTime, match="Resource temporarily unavailable"), busy_processes(sys.executable, 3, FEW):
        pass
    assert len(started) == 1
    assert all_gone(started)
