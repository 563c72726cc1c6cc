"""Who takes part in a race, given a first look."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.advise.entrants import LEAST_ITEMS, batch_of, entrants
from bench.advise.workload_text import BATCH
from bench.analysis.advice.look import Look
from bench.collect.description import WorkloadDescription
from bench.collect.parameters import Parameter
from bench.machine.interpreters import choose
from bench.schema import BASELINE, Bound
from tests.support.races import COMPUTES, WAITS

AWAITS = replace(WAITS, native=True)
(HERE,) = choose([])
PARAMETERS = {BATCH: Parameter(BATCH, int, 0)}
WORK = WorkloadDescription("work", Path("work.py"), "Work", Bound.CPU, "", False, PARAMETERS, {})


def ladders(look: Look, cores: int = 2, batch: int = 0) -> dict[str, list[int]]:
    """The worker counts of each backend that takes part."""
    work = replace(WORK, native=look.native)
    found = entrants(look, work, {BATCH: batch}, HERE, cores)
    return {ladder[0].backend: [racer.workers for racer in ladder] for ladder in found.course.ladders}


def test_computing_is_tried_with_twice_as_many_workers_as_cores_at_most() -> None:
    assert ladders(COMPUTES) == {"threading": [2, 4], "multiprocessing": [2, 4]}
    assert ladders(COMPUTES, cores=6) == {name: [2, 4, 6, 8] for name in ("threading", "multiprocessing")}


def test_waiting_is_tried_with_many_workers_but_no_more_than_items() -> None:
    assert ladders(WAITS) == {"threading": [2, 4, 8, 16, 32, 64], "multiprocessing": [2, 4, 8, 16, 32]}
    assert ladders(WAITS, batch=10)["threading"] == [2, 4, 8]


def test_a_coroutine_that_waits_is_for_an_event_loop() -> None:
    assert list(ladders(AWAITS)) == ["asyncio"]


def test_a_coroutine_that_computes_is_tried_everywhere() -> None:
    assert set(ladders(replace(COMPUTES, native=True))) == {"threading", "asyncio", "multiprocessing"}


@pytest.mark.parametrize(
    ("look", "backend", "why"),
    [
        (COMPUTES, "asyncio", "not a coroutine function"),
        (AWAITS, "threading", "an event loop runs as it is"),
        (
            replace(COMPUTES, threads_failed="ValueError: no"),
            "threading",
            "it fails in two threads at once: ValueError: no",
        ),
        (
            replace(COMPUTES, unsendable="item 3: no"),
            "multiprocessing",
            "cannot be sent to another process: item 3: no",
        ),
    ],
)
def test_what_is_ruled_out_says_why(look: Look, backend: str, why: str) -> None:
    found = entrants(look, replace(WORK, native=look.native), {}, HERE, 2)
    assert any(one.backend == backend and why in one.why for one in found.ruled_out)
    assert backend not in {racer.backend for racer in found.cases}


def test_tiny_items_are_sent_to_processes_in_chunks() -> None:
    found = entrants(replace(COMPUTES, item_s=1e-5), WORK, {}, HERE, 2)
    (chunks,) = {case.options["chunksize"] for case in found.cases.values() if case.backend == "multiprocessing"}
    assert chunks == 13


def test_the_bound_is_what_the_look_says() -> None:
    for look, bound in ((COMPUTES, Bound.CPU), (WAITS, Bound.IO)):
        assert {case.bound for case in entrants(look, WORK, {}, HERE, 2).cases.values()} == {bound}


def test_each_racer_has_controls_with_a_baseline_of_the_same_items() -> None:
    found = entrants(WAITS, WORK, {}, HERE, 2)
    for racer in found.cases:
        if racer.is_baseline:
            continue
        controls = found.controls_of(racer)
        assert {case.workload for case in controls} == {"pure-python", "pure-wait"}
        assert [case.backend == BASELINE for case in controls] == [True, False, True, False]
        assert {case.workers for case in controls} == {1, racer.workers}
        assert all(int(case.params["count"] or 0) >= racer.workers for case in controls)


@pytest.mark.parametrize(
    ("look", "items"),
    [
        (replace(COMPUTES, items=1000), 75),  # 0.15 s
        (replace(WAITS, items=1000), 50),  # 1 s
        (replace(WAITS, items=1000, item_s=2.0), LEAST_ITEMS),
        (replace(COMPUTES, items=50), None),  # all of them take less
        (replace(COMPUTES, item_s=0.0), None),
    ],
)
def test_a_batch_is_as_large_as_a_short_pass_allows(look: Look, items: int | None) -> None:
    assert batch_of(look, WORK) == items


def test_the_batch_of_a_workload_is_its_own() -> None:
    assert batch_of(replace(COMPUTES, items=10**6), replace(WORK, parameters={})) is None
