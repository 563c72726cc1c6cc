"""The transports of batch-filter: the same results, and nothing left behind."""

import subprocess
import sys
import time
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import pytest

from bench.collect.discovery import bundled_folder
from bench.errors import TrialFailed
from bench.schema import Status
from tests.support.backend_params import name_params
from tests.support.paths import ROOT
from tests.support.workload_trials import prepared, request, trial

SMALL = {"batches": "5", "size": "1000"}
UNSENT = ["shared-memory", "file"]
KILLED = f"""
import os, signal, sys
from pathlib import Path
from bench.collect.loader import workloads_in
cls = workloads_in(Path({str(bundled_folder() / "batch_filter.py")!r}))["batch-filter"]
workload = cls(batches=2, size=10, seed=0, transport="shared-memory")
with workload.setup() as name, workload.client(name) as reader:
    print(name, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("transport", UNSENT)
def test_results_are_those_of_pickled_batches(transport: str) -> None:
    with (
        prepared("batch-filter", SMALL) as pickled,
        prepared("batch-filter", {**SMALL, "transport": transport}) as other,
    ):
        assert other.batch.run(other.batch.items()) == pickled.batch.run(pickled.batch.items())
        assert other.batch.items() == list(range(5))


@pytest.mark.parametrize("transport", UNSENT)
@pytest.mark.parametrize("backend", name_params())
def test_every_backend_reads_batches_that_are_not_sent(backend: str, transport: str) -> None:
    outcome = trial(request("batch-filter", {**SMALL, "transport": transport}, backend))
    assert outcome.failed is None
    assert len(outcome.measured) == 2


@pytest.mark.parametrize("transport", ["pickle", *UNSENT])
def test_wrong_result_fails_the_check(transport: str) -> None:
    with prepared("batch-filter", {**SMALL, "transport": transport}) as (_, _, batch):
        items = batch.items()
        results = batch.run(items)
        batch.check(items, results)
        results[1] = results[0]
        with pytest.raises(TrialFailed, match=r"got FilterResult.*expected FilterResult") as failed:
            batch.check(items, results)
    assert failed.value.status is Status.WRONG


def test_damaged_shared_memory_fails_the_check() -> None:
    with prepared("batch-filter", {**SMALL, "transport": "shared-memory"}) as (_, env, batch):
        memory = SharedMemory(env)
        assert memory.buf is not None
        memory.buf[:1000] = bytes([100]) * 1000
        memory.close()
        items = batch.items()
        with pytest.raises(TrialFailed, match="expected"):
            batch.check(items, batch.run(items))


def test_damaged_file_fails_the_check() -> None:
    with prepared("batch-filter", {**SMALL, "transport": "file"}) as (_, env, batch):
        Path(env).write_bytes(bytes([100]) * 5000)
        items = batch.items()
        with pytest.raises(TrialFailed, match="expected"):
            batch.check(items, batch.run(items))


def test_shared_memory_and_file_are_gone_afterwards() -> None:
    with prepared("batch-filter", {**SMALL, "transport": "shared-memory"}) as (_, name, _):
        SharedMemory(name).close()
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)
    with prepared("batch-filter", {**SMALL, "transport": "file"}) as (_, path, _):
        assert Path(path).exists()
    assert not Path(path).exists()


def test_shared_memory_is_gone_after_a_kill() -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    name = killed.stdout.strip()
    assert name
    deadline = time.monotonic() + 30
    while _exists(name):  # multiprocessing's resource tracker removes it once it notices
        assert time.monotonic() < deadline, f"{name} was left"
        time.sleep(0.05)


def test_empty_batches_are_filtered_whatever_the_transport() -> None:
    for transport in ("pickle", *UNSENT):
        with prepared("batch-filter", {"transport": transport, "batches": "2", "size": "0"}) as (_, _, batch):
            items = batch.items()
            batch.check(items, batch.run(items))


def _exists(name: str) -> bool:
    return Path("/dev/shm", name).exists()
