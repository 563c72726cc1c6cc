"""The first look, in this process: what it writes about work that computes, waits, fails or cannot be sent."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.backends._base import Job
from bench.backends._examining import Examining
from bench.collect.loader import Source
from bench.collect.workload import Workload
from bench.errors import TrialFailed


def facts(folder: Path, work: Callable[[Any], Any], items: list[Any], asynchronous: bool = False) -> dict[str, Any]:
    """What the look writes about a function and its items, with a twentieth of a second for each step."""

    class Work(Workload):
        def items(self) -> list[Any]:
            return items

        def work(self, item: Any, client: Any) -> Any:
            return work(item)

    if asynchronous:

        async def work_async(self: Workload, item: Any, client: Any) -> Any:
            return work(item)

        Work.work_async = work_async  # type: ignore[method-assign]  # of a class made here
    job = Job(Work(), Source("work.py", "work", {}), None, 1)
    report = folder / "look.json"
    with Examining(report=str(report), seconds=0.05).pool(job):
        found: dict[str, Any] = json.loads(report.read_text())
    return found


def add_up(count: int) -> int:
    return sum(range(count))


def test_items_and_their_sizes_are_counted(tmp_path: Path) -> None:
    found = facts(tmp_path, len, [b"x" * 10_000] * 12)
    assert (found["items"], found["seen"], found["native"]) == (12, 12, False)
    assert found["item_bytes"] > 10_000 > found["result_bytes"] > 0
    assert found["sending_s"] > 0 and found["item_s"] > 0


def test_long_items_end_the_look_early(tmp_path: Path) -> None:
    found = facts(tmp_path, time.sleep, [0.06] * 50)
    assert (found["items"], found["seen"]) == (50, 1)


def test_waiting_is_told_from_computing(tmp_path: Path) -> None:
    assert facts(tmp_path, time.sleep, [0.005] * 20)["cpu_share"] < 0.5
    assert facts(tmp_path, add_up, [50_000] * 20)["cpu_share"] > 0.8


@pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="needs Linux's queue times")
def test_two_threads_of_pure_python_want_no_more_cores_than_the_control(tmp_path: Path) -> None:
    found = facts(tmp_path, add_up, [50_000] * 20)
    assert found["threads_busy"] < 1.4 * found["python_busy"]


@pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="needs Linux's queue times")
def test_two_threads_that_release_the_gil_want_two_cores(tmp_path: Path) -> None:
    found = facts(tmp_path, lambda data: hashlib.sha256(data).hexdigest(), [b"x" * 4_000_000] * 8)
    assert found["threads_busy"] >= 1.4 * found["python_busy"]


def test_a_coroutine_form_is_seen(tmp_path: Path) -> None:
    assert facts(tmp_path, add_up, [10] * 4, asynchronous=True)["native"]


@pytest.mark.parametrize(
    ("work", "item", "what"),
    [(lambda item: 1, threading.Lock(), "item <unlocked"), (lambda item: lambda: 1, 7, "result <function")],
)
def test_what_cannot_be_sent_is_named_with_the_reason(
    tmp_path: Path, work: Callable[[Any], Any], item: Any, what: str
) -> None:
    found = facts(tmp_path, work, [item])
    assert found["unsendable"].startswith(what)
    assert "pickle" in found["unsendable"]
    assert "sending_s" not in found


def test_a_failing_item_is_a_failed_trial(tmp_path: Path) -> None:
    with pytest.raises(TrialFailed, match="item 0: ZeroDivisionError"):
        facts(tmp_path, lambda item: 1 // item, [1, 0])


def test_no_items_are_a_failed_trial(tmp_path: Path) -> None:
    with pytest.raises(TrialFailed, match="the batch is empty"):
        facts(tmp_path, add_up, [])


def test_work_that_fails_in_two_threads_only_says_so(tmp_path: Path) -> None:
    main = threading.get_ident()

    def work(item: int) -> int:
        if threading.get_ident() != main:
            raise RuntimeError("only in the main thread")
        return item

    found = facts(tmp_path, work, [1, 2])
    assert "only in the main thread" in found["threads_failed"]
    assert "threads_busy" not in found
