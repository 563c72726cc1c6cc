from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.plan import Effort, estimated_round_s, estimated_trial_s
from bench.schema import BASELINE, Bound, Case
from tests.support.cases import case, cases_of, plan

SEEDS = st.integers(0, 2**32)
ROUNDS = st.integers(0, 20)
CASES = (*cases_of("one", 1, 2, 4, 8), *cases_of("two", 1, 2, 4), *cases_of("three"), *cases_of("four", 16, 32))


@given(SEEDS, ROUNDS)
def test_round_has_each_case_once(seed: int, number: int) -> None:
    assert Counter(map(_key, plan(*CASES, seed=seed).order(number, CASES))) == Counter(map(_key, CASES))


@given(SEEDS, ROUNDS)
def test_cases_of_a_workload_are_contiguous_and_include_the_baseline(seed: int, number: int) -> None:
    order = plan(*CASES, seed=seed).order(number, CASES)
    blocks = [(workload, list(cases)) for workload, cases in groupby(order, key=lambda case: case.workload)]
    assert sorted(workload for workload, _ in blocks) == ["four", "one", "three", "two"]
    assert all([case.backend for case in cases].count(BASELINE) == 1 for _, cases in blocks)


@given(SEEDS, ROUNDS)
def test_order_depends_only_on_seed_and_round(seed: int, number: int) -> None:
    whole, again = plan(*CASES, seed=seed, rounds=1), plan(*CASES, seed=seed, rounds=9)
    first_asked = whole.order(number, CASES)
    whole.order(number + 1, CASES)
    assert whole.order(number, CASES) == first_asked == again.order(number, CASES)


@given(SEEDS, ROUNDS, st.sets(st.sampled_from(range(len(CASES)))))
def test_round_of_selected_cases_has_only_these_grouped_by_workload(seed: int, number: int, chosen: set[int]) -> None:
    some = [CASES[index] for index in sorted(chosen)]
    order = plan(*CASES, seed=seed).order(number, some)
    assert Counter(map(_key, order)) == Counter(map(_key, some))
    blocks = [workload for workload, _ in groupby(order, key=lambda case: case.workload)]
    assert len(blocks) == len(set(blocks))


def test_order_is_the_same_in_every_process() -> None:
    whole = plan(*cases_of("one", 1, 2), *cases_of("two", 4), seed=42)
    order = whole.order(2, whole.cases)
    assert list(map(_key, order)) == [
        ("one", "threading", 1),
        ("one", "sequential", 1),
        ("one", "threading", 2),
        ("two", "threading", 4),
        ("two", "sequential", 1),
    ]


@given(SEEDS)
def test_baseline_comes_first_in_the_first_round(seed: int) -> None:
    order = plan(*CASES, seed=seed).order(0, CASES)
    assert all(next(cases).backend == BASELINE for _, cases in groupby(order, key=lambda case: case.workload))


def test_baseline_comes_at_any_position_in_later_rounds() -> None:
    whole = plan(*cases_of("one", 1, 2, 4))
    backends = [[case.backend for case in whole.order(number, whole.cases)] for number in range(1, 60)]
    assert {order.index(BASELINE) for order in backends} == {0, 1, 2, 3}


def test_order_differs_between_rounds_and_seeds() -> None:
    by_round = {tuple(map(_key, plan(*CASES, seed=1).order(number, CASES))) for number in range(10)}
    by_seed = {tuple(map(_key, plan(*CASES, seed=seed).order(0, CASES))) for seed in range(10)}
    assert len(by_round) == len(by_seed) == 10


def test_every_workload_and_every_case_comes_first_in_some_round() -> None:
    orders = [plan(*CASES, seed=1).order(number, CASES) for number in range(100)]
    assert {order[0].workload for order in orders} == {"one", "two", "three", "four"}
    of_one = [[case.workers for case in order if case.workload == "one"] for order in orders]
    assert {workers[0] for workers in of_one} == {1, 2, 4, 8}


def test_estimated_time_grows_with_rounds_and_passes() -> None:
    assert plan(*CASES, rounds=6).estimated_s() == pytest.approx(2 * plan(*CASES, rounds=3).estimated_s())
    assert estimated_round_s(CASES, Effort(values=5)) > estimated_round_s(CASES, Effort(values=1))
    assert estimated_round_s(CASES, Effort(warmups=5)) > estimated_round_s(CASES, Effort(warmups=0))


def test_empty_plan_takes_no_time() -> None:
    assert plan().estimated_s() == 0
    assert plan().order(0, ()) == []


def test_estimate_divides_waiting_by_workers_and_computing_by_processes() -> None:
    def likely_s(backend: str, bound: Bound, workers: int) -> float:
        return estimated_trial_s(case(backend=backend, bound=bound, workers=workers), passes=100)

    for backend in ("threading", "multiprocessing", "asyncio"):
        assert likely_s(backend, Bound.IO, 8) < likely_s(backend, Bound.IO, 4) < likely_s(backend, Bound.IO, 1)
    assert likely_s("threading", Bound.CPU, 8) == likely_s("threading", Bound.CPU, 1)
    assert likely_s("multiprocessing", Bound.CPU, 2) < likely_s("multiprocessing", Bound.CPU, 1)
    assert likely_s(BASELINE, Bound.IO, 1) == likely_s(BASELINE, Bound.CPU, 1)


def _key(case: Case) -> tuple[str, str, int]:
    return case.workload, case.backend, case.workers
