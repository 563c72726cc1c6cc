"""Trials as real processes, from their start to their end, however they end: alone, and several in turns."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from bench.errors import NoTemporaryFolder
from bench.measure.trial.live_trials import LiveTrial, LiveTrials, run_trial
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.process_tree import carriers
from bench.process.scratch import guarded
from bench.schema import Status, Value
from tests.support.paths import FAULTS, WORKLOADS

PLENTY = TimeLimit(30)


def settings(
    name: str,
    backend: str = "sequential",
    path: Path = WORKLOADS / "faults.py",
    executable: str = sys.executable,
    scratch: Path | None = None,
    **options: Value,
) -> TrialSettings:
    """A trial of a workload of faults.py, with no untimed pass."""
    if backend == "processes":
        options = {"start_method": None, "chunksize": 1, **options}
    workers = 1 if backend == "sequential" else 2
    request = Request(str(path), name, {}, backend, options, workers, warmups=0)
    return TrialSettings(executable, request, {}, scratch)


def failure(outcome: Outcome) -> Failed:
    assert outcome.failed is not None
    return outcome.failed


def pid_of(trial: LiveTrial) -> int:
    assert trial.process is not None
    return trial.process._process.pid


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class TestOneTrial:
    def test_makes_as_many_passes_as_it_gets_turns(self) -> None:
        outcome = run_trial(settings("fine", "threads"), PLENTY, passes=3)
        assert len(outcome.measured) == 3
        assert outcome.ready is not None
        assert outcome.stopped is not None
        assert (outcome.finished, outcome.failed) == (True, None)

    def test_passes_before_a_failed_teardown_are_kept(self) -> None:
        outcome = run_trial(settings("fails-in-teardown"), PLENTY)
        assert len(outcome.measured) == 1
        assert failure(outcome).reason.startswith("teardown: OSError: cannot tidy up")

    def test_makes_no_pass_before_its_turn(self, tmp_path: Path) -> None:
        path = tmp_path / "counts.py"
        path.write_text(
            "from pathlib import Path\nfrom bench import workload\n"
            "@workload(items=['x'])\ndef counts(item):\n"
            f"    with Path({str(tmp_path)!r}, 'passes').open('a') as file:\n        file.write(item)\n"
        )
        passes = tmp_path / "passes"
        with LiveTrials() as alive:
            trial = alive.start(settings("counts", path=path), PLENTY)
            time.sleep(0.2)
            assert not passes.exists()
            for made in (1, 2):
                alive.make_pass(trial, PLENTY)
                time.sleep(0.1)
                assert passes.read_text() == "x" * made
            assert not trial.over
        assert trial.over

    @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
    def test_killed_one_leaves_no_semaphore(self, method: str, tmp_path: Path) -> None:
        """Semaphores carry a unique prefix, since concurrent tests have theirs in the same place."""
        prefix = f"/bench-{uuid4().hex[:12]}"
        path = tmp_path / "hangs.py"
        path.write_text(
            "import multiprocessing, time\n"
            "from pathlib import Path\n"
            "from bench import workload\n"
            f"multiprocessing.current_process()._config['semprefix'] = {prefix!r}\n"
            "@workload(items=range(4))\n"
            "def hangs(item):\n"
            f"    names = [entry.name for entry in Path('/dev/shm').glob('sem.{prefix[1:]}*')]\n"
            f"    Path({str(tmp_path)!r}, 'seen').write_text(' '.join(names))\n"
            "    time.sleep(1000)\n"
        )
        outcome = run_trial(settings("hangs", "processes", path, start_method=method), TimeLimit(2.0))
        assert failure(outcome).status is Status.TIMEOUT
        if method != "fork":  # whose semaphores have no name once they exist
            assert (tmp_path / "seen").read_text(), "the pool has semaphores while it works"
        assert not list(Path("/dev/shm").glob(f"sem.{prefix[1:]}*"))

    def test_has_a_fixed_hash_seed_and_one_thread_per_numeric_library(self, tmp_path: Path) -> None:
        names = ["PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MINE"]
        path = tmp_path / "surroundings.py"
        path.write_text(
            "import os\n"
            "from bench import workload\n"
            "@workload(items=[1])\n"
            "def told(item):\n"
            f"    raise RuntimeError(' '.join(os.environ[name] for name in {names!r}))\n"
        )
        request = Request(str(path), "told", {}, "sequential", {}, 1, warmups=0)
        outcome = run_trial(TrialSettings(sys.executable, request, {"MINE": "yours"}), PLENTY)
        assert "RuntimeError: 0 1 1 1 yours" in failure(outcome).reason

    def test_invalid_interpreter_is_reported_by_its_exit_status(self) -> None:
        failed = failure(run_trial(settings("fine", executable="/bin/false"), PLENTY))
        assert failed.status is Status.CRASHED
        assert "exited with status 1" in failed.reason

    def test_missing_interpreter_is_a_crash_that_names_it(self, tmp_path: Path) -> None:
        failed = failure(run_trial(settings("fine", executable=str(tmp_path / "python")), PLENTY))
        assert failed == Failed(Status.CRASHED, f"{tmp_path}/python cannot be started: No such file or directory")

    def test_reason_of_a_timeout_explains_the_limit(self) -> None:
        outcome = run_trial(settings("hangs"), TimeLimit(1.0, " (10x the baseline's longest turn)"))
        assert failure(outcome).reason.startswith(
            "not done after 1 s (10x the baseline's longest turn), so it was killed during the timed pass"
        )

    def test_missing_temporary_folder_is_reported_with_a_remedy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
        with pytest.raises(NoTemporaryFolder, match=r"^/nowhere/at/all/.*: No such file.*; set TMPDIR to"):
            run_trial(settings("fine"), PLENTY)

    def test_leaves_no_file_descriptor_open(self) -> None:
        before = open_descriptors()
        run_trial(settings("fine"), PLENTY)
        run_trial(settings("leaves"), PLENTY)
        assert open_descriptors() == before

    def test_is_ended_with_the_others_alive(self) -> None:
        """It would sleep for 1000 s in its teardown."""
        before, began = open_descriptors(), time.monotonic()
        path = FAULTS / "hangs_in_teardown.py"
        with LiveTrials() as alive:
            trials = [alive.start(settings("hangs-in-teardown", path=path), PLENTY) for _ in range(2)]
            pids = [pid_of(trial) for trial in trials]
            alive.make_pass(trials[0], PLENTY)
        assert all(trial.over for trial in trials)
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
        assert open_descriptors() == before
        assert time.monotonic() - began < 30


HANGS_LATER = """
import time
from bench import workload

passes = []

@workload(items=[1])
def hangs_later(item):
    passes.append(item)
    if len(passes) == 2:
        time.sleep(1000)
"""
FLOODS_LATER = """
import os, sys, threading, time
from bench import workload

@workload(items=[1])
def floods_later(item):
    \"\"\"Print without end from when its first pass is over, while it waits.\"\"\"
    def flood():
        while True:
            os.write(2, b"x" * 65536)
    threading.Timer(0.05, flood).start()
"""
DIES_LATER = """
import os, threading
from bench import workload

@workload(items=[1])
def dies_later(item):
    threading.Timer(0.05, os._exit, [3]).start()
"""


class TestSeveral:
    """Trials that take turns, of which some fail: the others are not affected."""

    @pytest.fixture
    def scratch(self) -> Iterator[Path]:
        with guarded() as folder:
            yield folder

    def test_one_killed_while_it_waits_one_that_hangs_and_one_that_goes_on(self, tmp_path: Path, scratch: Path) -> None:
        (tmp_path / "later.py").write_text(HANGS_LATER)
        before = open_descriptors()
        with LiveTrials() as alive:
            killed = alive.start(settings("fine", "processes", scratch=scratch), PLENTY)
            hangs = alive.start(settings("hangs-later", path=tmp_path / "later.py", scratch=scratch), PLENTY)
            well = alive.start(settings("fine", "threads", scratch=scratch), PLENTY)
            trials: Sequence[LiveTrial] = (killed, hangs, well)
            for trial in trials:
                alive.make_pass(trial, PLENTY)
            os.kill(pid_of(killed), signal.SIGKILL)
            alive.make_pass(hangs, TimeLimit(0.5))
            alive.end_failed()
            assert [trial.over for trial in trials] == [True, True, False]
            for _ in range(3):
                alive.make_pass(well, PLENTY)
            alive.stop(well, PLENTY)
            assert [trial.over for trial in trials] == [True, True, True]
            assert not carriers(scratch)
        assert [len(trial.outcome.measured) for trial in trials] == [1, 1, 4]
        assert failure(killed.outcome).status is Status.CRASHED
        assert "was killed by SIGKILL" in failure(killed.outcome).reason
        assert "during the wait for its turn" in failure(killed.outcome).reason
        assert failure(hangs.outcome).status is Status.TIMEOUT
        assert "during the timed pass (later.py:" in failure(hangs.outcome).reason
        assert well.outcome.failed is None and well.outcome.stopped is not None
        assert list(scratch.iterdir()) == []
        assert open_descriptors() == before

    def test_one_that_prints_without_end_while_it_waits(self, tmp_path: Path) -> None:
        (tmp_path / "later.py").write_text(FLOODS_LATER)
        with LiveTrials() as alive:
            floods = alive.start(settings("floods-later", path=tmp_path / "later.py"), PLENTY)
            well = alive.start(settings("fine"), PLENTY)
            alive.make_pass(floods, PLENTY)
            time.sleep(0.1)
            for _ in range(3):
                alive.make_pass(well, PLENTY)
                alive.end_failed()
            assert not floods.over
            alive.stop(well, PLENTY)
        assert (len(well.outcome.measured), well.outcome.failed) == (3, None)
        assert (len(floods.outcome.measured), floods.outcome.failed) == (1, None)

    def test_one_that_exits_while_it_waits(self, tmp_path: Path) -> None:
        (tmp_path / "later.py").write_text(DIES_LATER)
        with LiveTrials() as alive:
            dies = alive.start(settings("dies-later", path=tmp_path / "later.py"), PLENTY)
            well = alive.start(settings("fine"), PLENTY)
            alive.make_pass(dies, PLENTY)
            time.sleep(0.3)
            alive.make_pass(well, PLENTY)
            alive.end_failed()
            assert dies.over and not well.over
            alive.stop(well, PLENTY)
        assert failure(dies.outcome) == Failed(
            Status.CRASHED, "the trial's process exited with status 3 during the wait for its turn"
        )
        assert len(dies.outcome.measured) == 1 and well.outcome.failed is None

    def test_one_that_died_before_its_turn_fails_in_it(self) -> None:
        with LiveTrials() as alive:
            trial = alive.start(settings("fine"), PLENTY)
            os.kill(pid_of(trial), signal.SIGKILL)
            alive.make_pass(trial, PLENTY)
            assert trial.over
        assert "was killed by SIGKILL" in failure(trial.outcome).reason

    def test_size_of_a_trial_is_that_of_its_whole_tree(self) -> None:
        with LiveTrials() as alive:
            alone, pool = (alive.start(settings("fine", backend), PLENTY) for backend in ("sequential", "processes"))
            assert alone.processes == 1
            assert pool.processes >= 3
            assert pool.memory_bytes > alone.memory_bytes > 1_000_000

    def test_cpu_time_used_while_waiting_is_measured(self, tmp_path: Path) -> None:
        (tmp_path / "busy.py").write_text(
            "import threading\nfrom bench import workload\n"
            "@workload(items=[1])\ndef busy(item):\n"
            "    threading.Thread(target=lambda: [sum(range(10_000)) for _ in iter(int, 1)], daemon=True).start()\n"
        )
        (tmp_path / "long.py").write_text(
            "import time\nfrom bench import workload\n@workload(items=[1])\ndef long(item):\n    time.sleep(0.5)\n"
        )
        with LiveTrials() as alive:
            busy = alive.start(settings("busy", path=tmp_path / "busy.py"), PLENTY)
            idle = alive.start(settings("fine", "threads"), PLENTY)
            long = alive.start(settings("long", path=tmp_path / "long.py"), PLENTY)
            for trial in (idle, busy, long):
                alive.make_pass(trial, PLENTY)
            assert busy.waiting_cpu_s > 10 * idle.waiting_cpu_s
            assert busy.waiting_cpu_s > 0.05
