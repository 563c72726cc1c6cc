import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.measure.trial import meter
from bench.measure.trial.meter import Meter, Usage, tree

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

BURN = """
import sys, time
def burn(seconds):
    while time.process_time() < seconds: sum(range(10_000))
    print(time.process_time(), flush=True)
"""


@contextmanager
def child(code: str) -> Iterator["subprocess.Popen[str]"]:
    """Another Python process, which ends when its standard input does."""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def write_line(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def cpu_s(usage: Usage) -> float:
    assert usage.cpu_user_s is not None and usage.cpu_system_s is not None
    return usage.cpu_user_s + usage.cpu_system_s


@linux
class TestTree:
    def test_children_and_grandchildren_are_found_until_they_end(self) -> None:
        code = (
            "import subprocess, sys\n"
            "with subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE) as process:\n"
            "    print(process.pid, flush=True)\n"
            "    input()\n"
        )
        with child(code) as process:
            grandchild = int(read_line(process))
            pids = list(tree(os.getpid()))
            assert {os.getpid(), process.pid, grandchild} <= set(pids)
            assert len(pids) == len(set(pids))
            assert set(tree(process.pid)) == {process.pid, grandchild}
            write_line(process, "end")
            process.wait(timeout=10)
            assert not {process.pid, grandchild} & set(tree(os.getpid()))

    def test_unrelated_processes_are_not_in_the_tree(self) -> None:
        with child("input()") as one, child("input()") as another:
            assert set(tree(one.pid)) == {one.pid}
            assert os.getppid() not in set(tree(os.getpid()))
            assert another.pid not in set(tree(one.pid))


@linux
class TestUsage:
    def test_cpu_time_of_a_running_child_is_counted(self) -> None:
        with child(
            BURN + "input()\nbegan = time.process_time()\nburn(began + 0.2)\nprint(began, flush=True)\ninput()"
        ) as process:
            at_work = Meter()
            at_work.begin()
            write_line(process, "go")
            total = float(read_line(process))
            usage = at_work.end(elapsed_s=1.0)
            burnt = total - float(read_line(process))
        assert burnt / 2 <= cpu_s(usage)

    def test_cpu_time_of_a_child_before_the_pass_is_not_counted(self) -> None:
        with child(BURN + "burn(0.5)\ninput()") as process:
            before = float(read_line(process))
            idle = Meter()
            idle.begin()
            usage = idle.end(elapsed_s=1.0)
        assert cpu_s(usage) < before / 2

    @pytest.mark.parametrize("starts_before", [True, False])
    def test_cpu_time_of_a_child_that_ends_in_the_pass_is_counted_once(self, starts_before: bool) -> None:
        at_work, began = Meter(), time.process_time()
        if not starts_before:
            at_work.begin()
        with child(BURN + "input()\nburn(0.3)") as process:
            if starts_before:
                at_work.begin()
            write_line(process, "go")
            total = float(read_line(process))
            process.wait(timeout=10)
            usage = at_work.end(elapsed_s=1.0)
        own = time.process_time() - began
        assert total / 2 <= cpu_s(usage) <= 1.5 * (total + own)  # once, not twice

    def test_memory_of_a_child_is_counted(self) -> None:
        alone, together = Meter(), Meter()
        alone.begin()
        without = alone.end(elapsed_s=1.0).peak_rss_bytes
        with child("kept = b'x' * 50_000_000\nprint(len(kept), flush=True)\ninput()") as process:
            size = int(read_line(process))
            together.begin()
            with_child = together.end(elapsed_s=1.0).peak_rss_bytes
        assert without is not None and with_child is not None
        assert with_child - without > size / 2

    def test_each_wait_of_a_child_is_a_voluntary_switch(self) -> None:
        with child(
            "import time\ninput()\nfor _ in range(100): time.sleep(1e-6)\nprint('done', flush=True)\ninput()"
        ) as process:
            waiting = Meter()
            waiting.begin()
            write_line(process, "go")
            usage = waiting.end(elapsed_s=1.0) if read_line(process) == "done" else Usage()
        assert usage.switches_voluntary is not None and usage.switches_voluntary >= 100
        assert usage.switches_involuntary is not None


def test_usage_is_unknown_without_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "PROC", tmp_path)
    elsewhere = Meter()
    elsewhere.begin()
    assert elsewhere.end(elapsed_s=1.0) == Usage(None, None, None, None, None, None)


def test_usage_is_unknown_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    elsewhere = Meter()
    elsewhere.begin()
    assert elsewhere.end(elapsed_s=1.0) == Usage()


def test_process_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "PROC", tmp_path)
    for pid, name, parent in [(10, "python", 1), (11, "a) S 99 (b", 10), (12, "x y", 11), (13, "other", 1)]:
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} {pid} 0\n")
    (tmp_path / "14").mkdir()  # it ended while it was being looked at
    assert sorted(tree(10)) == [10, 11, 12]
