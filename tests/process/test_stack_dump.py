"""Where a process is, according to its own stack dump."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.process import stack_dump

HANGS = """
import sys, threading, time
sys.path.insert(0, {root!r})
from bench.process import stack_dump
def hang():
    {before}
    print(flush=True)
    time.sleep(1000)
{start}
"""
ROOT = str(Path(stack_dump.__file__).parents[2])


@contextmanager
def hanging(
    path: Path, start: str = "hang()", before: str = "stack_dump.enable()"
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that hangs in line 8 of the file."""
    path.write_text(HANGS.format(root=ROOT, before=before, start=start))
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.05)  # from the line printed to the line where it hangs
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("start", ["hang()", "threading.Thread(target=hang).start()"])
@pytest.mark.parametrize("name", ["work.py", "Gr\u00f6\u00dfe.py"])
def test_hanging_process_reports_its_line_from_any_thread(name: str, start: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with hanging(path, start) as process:
        assert process.stderr is not None
        assert stack_dump.current_line([process.pid], process.stderr.fileno(), str(path)) == f"{name}:8"
        assert process.poll() is None, "asking ends nothing"


def test_first_process_inside_the_file_is_reported(tmp_path: Path) -> None:
    with hanging(tmp_path / "other.py") as other, hanging(tmp_path / "work.py") as process:
        assert process.stderr is not None
        pids = [other.pid, process.pid]
        assert stack_dump.current_line(pids, process.stderr.fileno(), str(tmp_path / "work.py")) == "work.py:8"


def test_process_that_the_signal_would_end_is_not_signalled(tmp_path: Path) -> None:
    with hanging(tmp_path / "work.py", before="pass") as process:
        assert process.stderr is not None
        assert (
            stack_dump.current_line([process.pid, 2**22 + 1], process.stderr.fileno(), str(tmp_path / "work.py"))
            is None
        )
        assert process.poll() is None


def test_crash_is_reported_with_the_line_of_the_crashed_thread(tmp_path: Path) -> None:
    path = tmp_path / "work.py"
    crash = "os.kill(os.getpid(), signal.SIGSEGV)"
    path.write_text(
        f"import os, signal, sys\nsys.path.insert(0, {ROOT!r})\nfrom bench.process import stack_dump\n"
        f"stack_dump.enable()\n{crash}\n"
    )
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGSEGV
    assert stack_dump.line_in(done.stderr, str(path)) == "work.py:5"


def test_dump_without_a_line_of_the_file_has_no_location() -> None:
    assert stack_dump.line_in("", "/w/work.py") is None
    assert stack_dump.line_in('  File "/w/other.py", line 3 in work', "/w/work.py") is None
    assert stack_dump.line_in('  File "/w/work.py", line 3 in work', "/w/work.py") == "work.py:3"
