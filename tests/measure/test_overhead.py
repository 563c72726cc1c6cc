from dataclasses import replace

import pytest

from bench.backends._registry import backends
from bench.errors import TrialFailed
from bench.machine import interpreters
from bench.measure import overhead_batches
from bench.measure.overhead import FEW, MORE, OverheadMeter, case_of, least_workers, repetitions
from bench.schema import Case, Value


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    (interpreter,) = interpreters.choose([])
    options: dict[str, dict[str, Value]] = {"multiprocessing": {"start_method": "fork", "chunksize": 1}}
    names = ("sequential", "threading", "multiprocessing")
    return [case_of(name, options.get(name, {}), 1 if name == "sequential" else 2, interpreter) for name in names]


def test_a_repetition_times_every_batch_of_every_backend(cases: list[Case]) -> None:
    steps: list[str] = []
    measured = OverheadMeter(cases, steps.append).repetition(0)
    assert set(measured) == set(cases)
    for case, one in measured.items():
        assert len(one.seconds) == len(overhead_batches.batches())
        assert len(one.baseline_seconds) == len(one.seconds)
        assert all(seconds > 0 for seconds in (*one.seconds, *one.baseline_seconds))
        assert (one.few is None) == (case.backend == "sequential")
    processes = measured[cases[2]]
    assert processes.few is not None
    assert processes.more is not None
    if processes.few.private_bytes is not None and processes.more.private_bytes is not None:
        added = processes.more.private_bytes - processes.few.private_bytes
        assert added > 0.2e6 * (MORE - FEW)  # a Python process has memory of its own
    assert any("threading" in step for step in steps)


def test_repetitions_go_on_until_it_is_late() -> None:
    class Counting(OverheadMeter):
        def repetition(self, number: int) -> dict:  # type: ignore[type-arg]
            return {}

    meter = Counting([], lambda _: None)
    assert len(list(repetitions(meter, 3, lambda: True))) == 3
    times = iter([False, False, False, False, True])
    assert len(list(repetitions(meter, 1, lambda: next(times)))) == 5


def test_a_backend_that_fails_is_left_out_with_its_reason(cases: list[Case]) -> None:
    (interpreter,) = interpreters.choose([])
    broken = case_of("multiprocessing", {"start_method": "none", "chunksize": 1}, 2, interpreter)
    meter = OverheadMeter([cases[0], broken], lambda _: None)
    assert set(meter.repetition(0)) == {cases[0]}
    assert "'none'" in str(meter.failed[broken])
    assert set(meter.repetition(1)) == {cases[0]}


def test_a_baseline_that_fails_ends_it(cases: list[Case]) -> None:
    with pytest.raises(TrialFailed, match="sequential: "):
        OverheadMeter([replace(cases[0], path="/nowhere.py")], lambda _: None).repetition(0)


def test_a_hybrid_is_started_with_as_few_workers_as_it_can_have() -> None:
    (interpreter,) = interpreters.choose([])
    case = case_of("processes-threads", {"start_method": "fork", "each": 2}, 2, interpreter)
    assert least_workers(case) == 2


def test_batches_are_checked() -> None:
    workload = overhead_batches.OverheadBatches()
    workload.items()
    items = list(workload.items())
    workload.check(items, [0] * len(items), None)
    with pytest.raises(AssertionError, match="not worked on"):
        workload.check(items, [1] * len(items), None)


def test_every_backend_can_be_measured() -> None:
    assert all(len(cls.worker_counts((2,))) == 1 for cls in backends().values())
