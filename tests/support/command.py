"""The command `bench` for tests: in this process, which is quick, and in a separate one, as a user runs it."""

import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bench.cli.app import main
from tests.support.isolation import imports_forgotten, signals_restored

COMMAND = [sys.executable, "-m", "bench"]
WIDTH = {"COLUMNS": "80"}


def bench(folder: Path, *arguments: str, **environment: str) -> CompletedProcess[str]:
    """Run the command in this process, in a folder, its output captured and its input empty."""
    out, err = _pipe(), _pipe()
    with pytest.MonkeyPatch.context() as patch, imports_forgotten(), signals_restored():
        patch.chdir(folder)
        for name, value in {**WIDTH, **environment}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["bench", *arguments])
        patch.setattr(sys, "path", [str(folder), *sys.path])  # as `python -m` does
        for name, stream in {"stdin": _pipe(), "stdout": out, "stderr": err}.items():
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as ended:
            main()
    return CompletedProcess(["bench", *arguments], int(ended.value.code or 0), _text(out), _text(err))


def bench_process(folder: Path, *arguments: str, **environment: str) -> CompletedProcess[str]:
    """Run the command in a separate process, in a folder, its output piped and its input empty."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, **WIDTH, **environment},
    )


@contextmanager
def bench_started(folder: Path, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start the command in a separate process that ignores no signal, as from an interactive shell."""
    with signals_restored():
        process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=folder, text=True, env={**os.environ, **WIDTH}, **options
        )
    with process:
        yield process


def _pipe() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    """The text written, with line ends translated as for text read from a pipe."""
    stream.seek(0)
    return stream.read().replace("\r\n", "\n").replace("\r", "\n")


def rows(run: Path) -> list[dict[str, str]]:
    """The samples of a run, as text."""
    with (run / "samples.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll until a condition that depends on another process holds."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
