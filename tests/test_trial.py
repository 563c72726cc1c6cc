"""A trial from its launch to its end, whichever that is."""

import sys
from pathlib import Path

import pytest

from bench.samples import Status, Value
from bench.trial.launcher import Outcome, launch
from bench.trial.messages import Failed, Request

HERE = Path(__file__).parent
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


def failure(outcome: Outcome) -> Failed:
    assert outcome.failed is not None
    return outcome.failed


def test_every_timed_pass_is_told_with_its_number() -> None:
    outcome = trial("fine", "threads", values=3)
    assert [measured.value for measured in outcome.measured] == [0, 1, 2]
    assert outcome.ready is not None
    assert outcome.stopped is not None


def test_what_was_measured_before_a_failed_teardown_is_kept() -> None:
    outcome = trial("fails-in-teardown")
    assert len(outcome.measured) == 1
    assert failure(outcome).reason.startswith("teardown: OSError: cannot tidy up")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_no_semaphore_is_left_of_a_trial_that_had_to_be_killed(method: str) -> None:
    before = set(Path("/dev/shm").iterdir())
    assert failure(trial("hangs", "processes", timeout_s=1.5, start_method=method)).status is Status.TIMEOUT
    assert set(Path("/dev/shm").iterdir()) <= before


def test_a_trial_has_a_fixed_hash_seed_and_one_thread_for_each_numeric_library(tmp_path: Path) -> None:
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


def test_an_interpreter_that_is_none_is_told_by_how_it_ended() -> None:
    request = Request(str(FAULTS), "fine", {}, "sequential", {}, 1, warmups=0, values=1)
    failed = failure(launch("/bin/false", request, {}, 30))
    assert failed.status is Status.CRASHED
    assert "exited with status 1" in failed.reason
