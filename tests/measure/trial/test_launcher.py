"""A trial from its launch to its end, however it ends."""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bench.errors import NoTemporaryFolder
from bench.measure.trial.launcher import TimeLimit, TrialSettings, follow, launch
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Request
from bench.schema import Status, Value
from tests.support.paths import TESTS as HERE

FAULTS = HERE / "workloads/faults.py"


def trial(
    name: str, backend: str = "sequential", timeout_s: float = 30.0, values: int = 1, **options: Value
) -> Outcome:
    """One trial of a workload of faults.py."""
    if backend == "processes":
        options = {"start_method": None, "chunksize": 1, **options}
    workers = 1 if backend == "sequential" else 2
    request = Request(str(FAULTS), name, {}, backend, options, workers, warmups=0, values=values)
    return launch(sys.executable, request, {}, timeout_s)


def settings(request: Request, limit: TimeLimit) -> TrialSettings:
    return TrialSettings(sys.executable, request, {}, limit)


def failure(outcome: Outcome) -> Failed:
    assert outcome.failed is not None
    return outcome.failed


def test_every_timed_pass_is_reported_with_its_number() -> None:
    outcome = trial("fine", "threads", values=3)
    assert [measured.value for measured in outcome.measured] == [0, 1, 2]
    assert outcome.ready is not None
    assert outcome.stopped is not None


def test_passes_before_a_failed_teardown_are_kept() -> None:
    outcome = trial("fails-in-teardown")
    assert len(outcome.measured) == 1
    assert failure(outcome).reason.startswith("teardown: OSError: cannot tidy up")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_killed_trial_leaves_no_semaphore(method: str, tmp_path: Path) -> None:
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
    options: dict[str, Value] = {"start_method": method, "chunksize": 1}
    request = Request(str(path), "hangs", {}, "processes", options, 2, warmups=0, values=1)
    assert failure(launch(sys.executable, request, {}, 2.0)).status is Status.TIMEOUT
    if method != "fork":  # whose semaphores have no name once they exist
        assert (tmp_path / "seen").read_text(), "the pool has semaphores while it works"
    assert not list(Path("/dev/shm").glob(f"sem.{prefix[1:]}*"))


def test_trial_has_a_fixed_hash_seed_and_one_thread_per_numeric_library(tmp_path: Path) -> None:
    path = tmp_path / "surroundings.py"
    path.write_text(
        "import os\n"
        "from bench import workload\n"
        "@workload(items=['PYTHONHASHSEED', 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'])\n"
        "def told(name):\n"
        "    raise RuntimeError(dict(os.environ).get(name) + ' ' + os.environ['MINE'])\n"
    )
    request = Request(str(path), "told", {}, "sequential", {}, 1, warmups=0, values=1)
    outcome = launch(sys.executable, request, {"MINE": "yours"}, 30)
    assert "RuntimeError: 0 yours" in failure(outcome).reason


def test_invalid_interpreter_is_reported_by_its_exit_status() -> None:
    request = Request(str(FAULTS), "fine", {}, "sequential", {}, 1, warmups=0, values=1)
    failed = failure(launch("/bin/false", request, {}, 30))
    assert failed.status is Status.CRASHED
    assert "exited with status 1" in failed.reason


def test_no_file_descriptor_is_left_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    trial("fine")
    trial("leaves")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_followed_trial_reports_each_pass_before_the_next_starts() -> None:
    request = Request(str(FAULTS), "fine", {}, "threads", {}, 2, warmups=0, values=3)
    numbers = [(len(outcome.measured), outcome.finished) for outcome in follow(settings(request, TimeLimit(30)))]
    assert numbers == sorted(numbers)
    assert numbers[-1] == (3, True)


def test_trial_is_ended_when_it_is_no_longer_followed() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    request = Request(
        str(HERE / "faults/hangs_in_teardown.py"), "hangs-in-teardown", {}, "sequential", {}, 1, warmups=0, values=1
    )
    outcomes = follow(settings(request, TimeLimit(300)))
    began = time.monotonic()
    while not next(outcomes).measured:
        pass
    outcomes.close()
    assert time.monotonic() - began < 30, "it would have slept for 1000 s"
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_missing_interpreter_is_a_crash_that_names_it(tmp_path: Path) -> None:
    request = Request(str(FAULTS), "fine", {}, "sequential", {}, 1, warmups=0, values=1)
    failed = failure(launch(str(tmp_path / "python"), request, {}, 30))
    assert failed == Failed(Status.CRASHED, f"{tmp_path}/python cannot be started: No such file or directory")


def test_reason_of_a_timeout_explains_the_limit() -> None:
    request = Request(str(FAULTS), "hangs", {}, "sequential", {}, 1, warmups=0, values=1)
    *_, outcome = follow(settings(request, TimeLimit(1.0, " (10x the baseline's trial)")))
    assert failure(outcome).reason.startswith("not done after 1 s (10x the baseline's trial), so it was killed")


def test_missing_temporary_folder_is_reported_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    request = Request(str(FAULTS), "fine", {}, "sequential", {}, 1, warmups=0, values=1)
    with pytest.raises(NoTemporaryFolder, match=r"^/nowhere/at/all/.*: No such file.*; set TMPDIR to"):
        launch(sys.executable, request, {}, 30)


def test_pass_starts_only_after_the_previous_one_has_been_processed() -> None:
    request = Request(str(FAULTS), "fine", {}, "sequential", {}, 1, warmups=0, values=3)
    moments = []
    for outcome in follow(settings(request, TimeLimit(30))):
        if outcome.measured and outcome.stopped is None:
            time.sleep(0.2)
            moments.append(datetime.now(UTC))
    begins = [datetime.fromisoformat(measured.started_at) for measured in outcome.measured]
    slack = timedelta(milliseconds=1)  # started_at is cut to milliseconds
    assert begins[1] >= moments[0] - slack and begins[2] >= moments[1] - slack
