"""Dask clusters that exist, as processes of their own that know neither this package nor the workload."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.backends.dask_cluster import Dask
from bench.measure.trial.live_trials import LiveTrial, LiveTrials, run_trial
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Status, Value
from tests.support.backend_params import marks_of
from tests.support.clustered_workload import write_clustered
from tests.support.command import bench
from tests.support.dask_processes import DaskProcesses, dask_processes, wait_until
from tests.support.paths import ROOT

pytestmark = marks_of(Dask)
LIMIT = TimeLimit(60)
OTHER_PYTHON = "OTHER_DASK_PYTHON"  # the variable that names one of another version, with the same distributed


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskProcesses]:
    """A cluster of three workers for tests that do it no harm."""
    with dask_processes(tmp_path_factory.mktemp("dask") / "cluster") as cluster:
        yield cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskProcesses]:
    """A cluster of three workers for one test."""
    with dask_processes(tmp_path / "cluster") as own:
        yield own


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_clustered(tmp_path / "mine")


def settings(path: Path, address: str, workers: int = 3, **values: Value) -> TrialSettings:
    """A trial of the workload on the cluster."""
    params: dict[str, Value] = {"count": 12, "wait": 0.01, "victim": -1, "marker": "", **values}
    options: dict[str, Value] = {"address": address, "threads_per_worker": None, "chunksize": 1}
    request = Request(str(path), "clustered", params, "dask_cluster", options, workers, warmups=1)
    return TrialSettings(sys.executable, request, {})


def trial(path: Path, address: str, workers: int = 3, passes: int = 1, **values: Value) -> Outcome:
    """The outcome of a whole trial."""
    return run_trial(settings(path, address, workers, **values), LIMIT, passes=passes)


@contextmanager
def waiting(path: Path, address: str) -> Iterator[tuple[LiveTrials, LiveTrial]]:
    """A trial that waits for its turn; on exit it is killed."""
    with LiveTrials() as alive:
        yield alive, alive.start(settings(path, address), LIMIT)


def failure(outcome: Outcome) -> tuple[Status, str]:
    assert outcome.failed is not None
    return outcome.failed.status, outcome.failed.reason


def deliveries(cluster: DaskProcesses) -> list[set[str]]:
    """What each worker was sent, as the names of folders."""
    folders = [cluster.folder / f"worker-{number}" for number in range(3)]
    return [{path.name for path in folder.glob("dask-scratch-space/*/bench-deliveries/*")} for folder in folders]


def test_workers_without_package_and_file_give_results(path: Path, shared: DaskProcesses) -> None:
    outcome = trial(path, shared.address, passes=2)
    assert outcome.failed is None
    assert len(outcome.measured) == 2
    assert outcome.ready is not None and outcome.ready.task_cost_s is not None and outcome.ready.task_cost_s > 0
    assert not list(shared.folder.rglob("mine"))


def test_cpu_and_memory_of_other_processes_stay_unknown(path: Path, shared: DaskProcesses) -> None:
    (measured,) = trial(path, shared.address).measured
    assert measured.cpu_user_s is measured.peak_rss_bytes is measured.foreign_cpu is None
    assert measured.latency_p50_s is None or measured.latency_p50_s > 0


def test_same_version_is_sent_once_and_changed_files_anew(path: Path, shared: DaskProcesses) -> None:
    assert trial(path, shared.address).failed is None
    before = deliveries(shared)
    assert trial(path, shared.address).failed is None
    assert deliveries(shared) == before
    beside = path.parent / "beside_clustered.py"
    beside.write_text(beside.read_text().replace("2 * number", "number + number"))
    assert trial(path, shared.address).failed is None
    assert [len(after - earlier) for after, earlier in zip(deliveries(shared), before, strict=True)] == [1, 1, 1]


def test_fewer_workers_than_asked_for_are_an_error_with_both_numbers(path: Path, shared: DaskProcesses) -> None:
    status, reason = failure(trial(path, shared.address, workers=4))
    assert status is Status.ERROR
    assert "has 3 workers, and 4 were asked for" in reason


def test_only_as_many_workers_as_asked_for_take_part(path: Path, shared: DaskProcesses, tmp_path: Path) -> None:
    """The one with the last address is left out, though Dask would use it."""
    done = bench(tmp_path, *run_arguments(path, shared.address, "2"), "--trace")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "results/latest/trace.csv").open(newline="") as file:
        lanes = {row["lane"] for row in csv.DictReader(file) if row["backend"] == "dask"}
    assert lanes == {"0", "1"}


def run_arguments(path: Path, address: str, workers: str) -> list[str]:
    chosen = ["-b", f"dask:address={address}", "-w", workers]
    return ["run", str(path), *chosen, "--rounds", "1", "--cycles", "2", "--no-baseline"]


def test_run_shows_what_a_task_costs_and_keeps_cases_of_one_cluster_apart(
    path: Path, shared: DaskProcesses, tmp_path: Path
) -> None:
    """Its trials are alive together, and share the workers."""
    done = bench(tmp_path, *run_arguments(path, shared.address, "1,2,3"))
    assert done.returncode == 0, done.stderr
    assert "Note: dask needed " in done.stdout + done.stderr
    with (tmp_path / "results/latest/samples.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["ok"] * 6


def test_worker_that_is_killed_in_a_pass_makes_it_a_failed_one(path: Path, cluster: DaskProcesses) -> None:
    outcome = trial(path, cluster.address, victim=0, marker=str(path.parent / "done"))
    status, reason = failure(outcome)
    assert status is Status.CRASHED
    assert "of 3 was lost" in reason
    assert "of its tasks again on others" in reason
    assert outcome.measured == []


def test_worker_that_dies_between_passes_is_noticed(path: Path, cluster: DaskProcesses, tmp_path: Path) -> None:
    """Its trial waits for its turn then, or stops; either way no pass is counted for fewer workers."""
    with waiting(path, cluster.address) as (alive, one):
        cluster.workers[0].kill()
        cluster.workers[0].wait()
        alive.make_pass(one, LIMIT)
    assert "was lost" in failure(one.outcome)[1]
    assert one.outcome.measured == []


def test_scheduler_that_is_gone_ends_the_trial_with_its_address(path: Path, cluster: DaskProcesses) -> None:
    assert cluster.scheduler is not None
    outcome = trial(path, cluster.address, victim=cluster.scheduler.pid, marker=str(path.parent / "done"))
    status, reason = failure(outcome)
    assert status is Status.CRASHED
    assert reason == f"lost the connection to the Dask scheduler at {cluster.address}"
    assert failure(trial(path, cluster.address))[1].startswith(
        f"cannot reach a Dask scheduler at {cluster.address}: OSError"
    )


def test_worker_with_other_blas_threads_is_refused(path: Path, cluster: DaskProcesses, tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    cluster.add_worker(prefix=["env", "OMP_NUM_THREADS=2"])
    status, reason = failure(trial(path, cluster.address, workers=4))
    assert status is Status.ERROR
    assert "has OMP_NUM_THREADS=2, and the trial OMP_NUM_THREADS=1" in reason


def test_worker_that_uses_another_version_of_the_package_is_refused(path: Path, cluster: DaskProcesses) -> None:
    preload = path.parent / "preload.py"
    preload.write_text(
        "import sys, types\n"
        "sys.modules['bench'] = bench = types.ModuleType('bench')\n"
        f"bench.__file__, bench.__version__ = {str(path.parent / 'bench/__init__.py')!r}, '0.0.1'\n"
    )
    cluster.add_worker(arguments=["--preload", str(preload)])
    status, reason = failure(trial(path, cluster.address, workers=4))
    assert status is Status.ERROR
    assert "has loaded concurrency-bench 0.0.1, and the trial " in reason


def test_worker_with_another_python_is_refused(path: Path, cluster: DaskProcesses) -> None:
    other = os.environ.get(OTHER_PYTHON)
    if other is None:
        pytest.skip(f"needs another Python with the same distributed, named by {OTHER_PYTHON}")
    asked = [other, "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
    version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    cluster.add_worker(python=other)
    status, reason = failure(trial(path, cluster.address, workers=4))
    assert status is Status.ERROR
    assert f"has Python {version}, and the trial {sys.version_info[0]}.{sys.version_info[1]}" in reason


def test_killed_trial_leaves_nothing_open_on_the_workers(path: Path, shared: DaskProcesses) -> None:
    """The client that it has opened in each worker is dropped once the scheduler sees that the trial is gone."""
    path.write_text(
        path.read_text()
        + "\n    def client(self, env):\n"
        + f"        marker = Path({str(path.parent)!r}, f'open-{{os.getpid()}}')\n"
        + "        marker.touch()\n"
        + "        try:\n            yield\n        finally:\n            marker.unlink()\n"
    )
    with waiting(path, shared.address) as (_, one):
        assert one.outcome.failed is None
        assert len(list(path.parent.glob("open-*"))) == 3
    wait_until(lambda: not list(path.parent.glob("open-*")))


def test_workers_on_another_host_take_part_and_their_loss_is_noticed() -> None:
    """The other host is a network namespace, at the other end of a cable."""
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs permission to make a network namespace")
    only = ["results", "worker of the other host killed"]
    command = [sys.executable, "-m", "tests.tools.dask_cluster", "--hosts", "2", "--only", *only]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    results, _, lost = done.stdout.partition(only[1])
    assert results.count(" ok ") == 6
    assert "the worker tcp://10.77.0.2:" in lost and " of 3 was lost" in lost
