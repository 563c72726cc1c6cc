"""A round with real processes: of three trials that take turns, one is killed while it waits, and one hangs."""

import os
import signal
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.measure.runner import Instruments, Runner, RunResult
from bench.process.process_tree import carriers
from bench.process.scratch import guarded
from bench.schema import BASELINE, AsyncStyle, Bound, Status
from tests.support.cases import case, plan
from tests.support.fake_run import FakeRun

BACKENDS = (BASELINE, "threading", "asyncio")
FILE = """
import asyncio, os, threading, time
from pathlib import Path
from bench import workload

passes = []

@workload(items=[1], bound="io")
def mixed(item):
    '''Go on in the baseline, hang in the second timed pass in a thread, and say who you are in a coroutine.'''
    passes.append(item)
    time.sleep(0.05)  # much longer than a backend takes to pass an item on: else this is a slow case with fewer passes
    if threading.current_thread() is not threading.main_thread():
        if len(passes) == 3:
            time.sleep(1000)
    elif asyncio._get_running_loop():
        Path(__file__).with_name("pid").write_text(str(os.getpid()))
"""


class KillingRun(FakeRun):
    """Kills the trial of coroutines before the second cycle; no trial has the turn then."""

    pid_file = Path()

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        super().cycle_starts(workload, cycle, cycles)
        if cycle == 1:
            os.kill(int(self.pid_file.read_text()), signal.SIGKILL)


@pytest.mark.slow
def test_trial_killed_while_it_waits_and_one_that_hangs_leave_the_third_alone(tmp_path: Path) -> None:
    path = tmp_path / "mixed.py"
    path.write_text(FILE)
    one = case(workload="mixed", path=str(path), bound=Bound.IO, executable=sys.executable)
    threads = replace(one, backend="threading", workers=2)
    coroutines = replace(one, backend="asyncio", workers=2, async_style=AsyncStyle.BLOCKING)
    notes = KillingRun()
    notes.pid_file = tmp_path / "pid"
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    with guarded() as scratch:
        whole = plan(one, threads, coroutines, cycles=4, timeout_s=3.0)
        result = Runner(whole, notes, notes, lambda done, spent_s: (), scratch=scratch, instruments=Instruments()).run()
        assert not carriers(scratch)
        assert list(scratch.iterdir()) == []
    assert result == RunResult(1, not_ok=2)
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
    statuses = {backend: [row.status for row in notes.samples if row.backend == backend] for backend in BACKENDS}
    assert statuses == {
        BASELINE: [Status.OK] * 4,
        "threading": [Status.OK, Status.TIMEOUT],
        "asyncio": [Status.OK, Status.CRASHED],
    }
    reasons = {row.backend: row.reason or "" for row in notes.samples}
    assert reasons["threading"].startswith("not done after 3 s, so it was killed during the timed pass (mixed.py:")
    assert "was killed by SIGKILL" in reasons["asyncio"]
    assert Counter((row.backend, row.value) for row in notes.samples).most_common(1)[0][1] == 1
    assert all(row.reference_s for row in notes.samples if row.status is Status.OK)
