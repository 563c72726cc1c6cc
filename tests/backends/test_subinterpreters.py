"""The barrier of subinterpreters, what is said where there are none, and modules that they cannot import."""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import BrokenBarrierError

import pytest

from bench.backends._pipe_barrier import pipe_barrier
from bench.backends._worker import item_failed, stage_failed
from bench.backends.subinterpreters import Interpreters
from bench.process.failure_reason import main_interpreter_only
from bench.schema import Status
from tests.support.backend_params import this_interpreter

REFUSAL = "module _speedups does not support loading in subinterpreters"


def test_barrier_lets_nobody_pass_before_the_last_has_arrived_each_time() -> None:
    parties, rounds = 4, 50
    arrived: Counter[int] = Counter()
    lock = threading.Lock()

    def meet(number: int) -> bool:
        with lock:
            arrived[number] += 1
        barrier.wait()
        return arrived[number] == parties

    with pipe_barrier(parties) as barrier, ThreadPoolExecutor(parties) as threads:
        for number in range(rounds):
            assert all(threads.map(meet, [number] * parties))


def test_barrier_of_one_does_not_wait() -> None:
    with pipe_barrier(1) as barrier:
        assert [barrier.wait(), barrier.wait()] == [0, 0]


def test_aborted_barrier_fails_for_those_that_wait_and_those_to_come() -> None:
    with pipe_barrier(3) as barrier, ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(barrier.wait) for _ in range(2)]
        barrier.abort()
        barrier.abort()
        for one in waiting:
            with pytest.raises(BrokenBarrierError):
                one.result()
        with pytest.raises(BrokenBarrierError):
            barrier.wait()


def test_barrier_closes_its_pipes() -> None:
    with pipe_barrier(2) as barrier:
        pass
    for descriptor in (barrier.count_out, barrier.count_in, barrier.go_out, barrier.go_in):
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


@pytest.mark.parametrize(
    ("version", "available"), [("3.11.7", False), ("3.13.0t", False), ("3.14.0", True), ("3.15.0a2", True)]
)
def test_backend_needs_python_3_14_and_says_how(version: str, available: bool) -> None:
    why = Interpreters.unavailable(replace(this_interpreter(), version=version))
    assert why == (None if available else "needs Python 3.14: --python python3.14")


@pytest.mark.parametrize("stage", ["loading", "work"])
def test_module_that_a_subinterpreter_refuses_is_skipped_by_name(stage: str) -> None:
    error = ImportError(REFUSAL)
    failure = item_failed(error, 0, "x.py") if stage == "work" else stage_failed(stage, error, "x.py")
    assert failure.status is Status.SKIPPED
    assert failure.reason == "_speedups, which the workload imports, cannot be imported in a subinterpreter"


@pytest.mark.parametrize(
    "error", [ImportError("no name x"), ModuleNotFoundError("No module named 'y'"), ValueError(REFUSAL)]
)
def test_other_errors_are_not_taken_for_a_refusal(error: Exception) -> None:
    assert main_interpreter_only(error) is None
