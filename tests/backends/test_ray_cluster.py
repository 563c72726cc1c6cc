"""A Ray cluster that exists, in processes of its own that know neither this package nor the workload."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.backends.ray_cluster import Ray
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Status, Value
from tests.support.backend_params import marks_of
from tests.support.clustered_workload import write_clustered
from tests.support.ray_processes import ENVIRONMENT, ray_processes

pytestmark = marks_of(Ray)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Below a folder with a short path, for the sockets that Ray makes there."""
    with tempfile.TemporaryDirectory() as folder, ray_processes(Path(folder, "r")) as found:
        yield found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_clustered(tmp_path / "mine")


def trial(path: Path, address: str, workers: int = 3, **values: Value) -> Outcome:
    params: dict[str, Value] = {"count": 12, "wait": 0.01, "victim": -1, "marker": "", **values}
    options: dict[str, Value] = {"address": address, "chunksize": 1}
    request = Request(str(path), "clustered", params, "ray_cluster", options, workers, warmups=1)
    return run_trial(TrialSettings(sys.executable, request, ENVIRONMENT), TimeLimit(120))


def failure(outcome: Outcome) -> tuple[Status, str]:
    assert outcome.failed is not None
    return outcome.failed.status, outcome.failed.reason


def test_workers_without_package_and_file_give_results(path: Path, address: str) -> None:
    outcome = trial(path, address)
    assert outcome.failed is None
    (measured,) = outcome.measured
    assert measured.cpu_user_s is measured.peak_rss_bytes is None, "they are not processes of the trial"
    assert outcome.ready is not None and outcome.ready.task_cost_s is not None and outcome.ready.task_cost_s > 0


def test_more_workers_than_cpus_are_an_error_with_both_numbers(path: Path, address: str) -> None:
    status, reason = failure(trial(path, address, workers=4))
    assert status is Status.ERROR
    assert "has 3 CPUs, and 4 workers were asked for" in reason


def test_worker_that_is_killed_in_a_pass_makes_it_a_failed_one(path: Path, address: str) -> None:
    outcome = trial(path, address, victim=0, marker=str(path.parent / "done"))
    status, reason = failure(outcome)
    assert status is Status.CRASHED
    assert "a Ray worker was lost (process" in reason
    assert outcome.measured == []


def test_cluster_that_is_not_there_is_an_error_with_its_address(path: Path) -> None:
    status, reason = failure(trial(path, "127.0.0.1:1"))
    assert status is Status.ERROR
    assert reason.startswith("cannot use the Ray cluster at 127.0.0.1:1: ")
