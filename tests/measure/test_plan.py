from collections import Counter
from dataclasses import replace
from itertools import chain, groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.plan import Effort, Plan, estimated_round_s, estimated_trial_s
from bench.schema import BASELINE, Bound, Case
from tests.support.cases import case, cases_of, plan

SEEDS = st.integers(0, 2**32)
ROUNDS = st.integers(0, 20)
CASES = (*cases_of("one", 1, 2, 4, 8), *cases_of("two", 1, 2, 4), *cases_of("three"), *cases_of("four", 16, 32))


def _key(case: Case) -> tuple[str, str, int, str]:
    return case.workload, case.backend, case.workers, case.id.interpreter


def _order(whole: Plan, number: int) -> list[Case]:
    """The cases of a round, one after the other."""
    return list(chain.from_iterable(whole.order(number, whole.cases)))


@given(SEEDS, ROUNDS)
def test_round_has_each_case_once(seed: int, number: int) -> None:
    assert Counter(map(_key, _order(plan(*CASES, seed=seed), number))) == Counter(map(_key, CASES))


@given(SEEDS, ROUNDS)
def test_each_list_has_the_cases_of_one_workload_with_the_baseline_first(seed: int, number: int) -> None:
    order = plan(*CASES, seed=seed).order(number, CASES)
    assert sorted(cases[0].workload for cases in order) == ["four", "one", "three", "two"]
    for cases in order:
        assert len({one.workload for one in cases}) == 1
        assert [one.backend for one in cases].index(BASELINE) == 0
        assert [one.backend for one in cases].count(BASELINE) == 1


@given(SEEDS, ROUNDS)
def test_order_depends_only_on_seed_and_round(seed: int, number: int) -> None:
    whole, again = plan(*CASES, seed=seed, rounds=1), plan(*CASES, seed=seed, rounds=9)
    first_asked = whole.order(number, CASES)
    whole.order(number + 1, CASES)
    assert whole.order(number, CASES) == first_asked == again.order(number, CASES)


@given(SEEDS, ROUNDS, st.sets(st.sampled_from(range(len(CASES)))))
def test_round_of_selected_cases_has_only_these_by_workload(seed: int, number: int, chosen: set[int]) -> None:
    some = [CASES[index] for index in sorted(chosen)]
    order = plan(*CASES, seed=seed).order(number, some)
    assert Counter(map(_key, chain.from_iterable(order))) == Counter(map(_key, some))
    assert len(order) == len({one.workload for one in some})


@given(SEEDS, ROUNDS)
def test_same_case_in_several_interpreters_stays_together_after_all_baselines(seed: int, number: int) -> None:
    old = cases_of("one", 1, 2, 4)
    cases = [*old, *(replace(one, interpreter=label) for label in ("new", "next") for one in old)]
    (order,) = plan(*cases, seed=seed).order(number, cases)
    blocks = [[one.id.interpreter for one in same] for _, same in groupby(order, key=lambda one: _key(one)[:3])]
    assert [sorted(block) for block in blocks] == [["3.11.7", "new", "next"]] * 4
    assert [one.backend for one in order[:3]] == [BASELINE] * 3


def test_order_is_the_same_in_every_process() -> None:
    """Shuffled by a text, which Python hashes in the same way in each of them."""
    whole = plan(*cases_of("one", 1, 2), *cases_of("two", 4), seed=42)
    assert [_key(one)[:3] for one in _order(whole, 2)] == [
        ("one", "sequential", 1),
        ("one", "threading", 1),
        ("one", "threading", 2),
        ("two", "sequential", 1),
        ("two", "threading", 4),
    ]


def test_order_differs_between_rounds_and_seeds() -> None:
    by_round = {tuple(map(_key, _order(plan(*CASES, seed=1), number))) for number in range(10)}
    by_seed = {tuple(map(_key, _order(plan(*CASES, seed=seed), 0))) for seed in range(10)}
    assert len(by_round) == len(by_seed) == 10


def test_every_workload_and_every_case_beside_the_baseline_comes_first_in_some_round() -> None:
    orders = [plan(*CASES, seed=1).order(number, CASES) for number in range(100)]
    assert {order[0][0].workload for order in orders} == {"one", "two", "three", "four"}
    of_one = [cases for order in orders for cases in order if cases[0].workload == "one"]
    assert {cases[1].workers for cases in of_one} == {1, 2, 4, 8}


def test_workloads_are_named_once_in_the_order_of_the_cases() -> None:
    assert plan(*CASES).workloads == ["one", "two", "three", "four"]


class TestEstimate:
    def test_time_grows_with_rounds_and_passes(self) -> None:
        assert plan(*CASES, rounds=6).estimated_s == pytest.approx(2 * plan(*CASES, rounds=3).estimated_s)
        assert estimated_round_s(CASES, Effort(cycles=5)) > estimated_round_s(CASES, Effort(cycles=1))
        assert estimated_round_s(CASES, Effort(warmups=5)) > estimated_round_s(CASES, Effort(warmups=0))

    def test_budget_limits_all_rounds_but_the_first(self) -> None:
        one_s = plan(*CASES).estimated_s
        assert plan(*CASES, rounds=100, budget_s=3 * one_s).estimated_s == pytest.approx(3 * one_s)
        assert plan(*CASES, rounds=100, budget_s=one_s / 2).estimated_s == pytest.approx(one_s)

    def test_budget_of_each_workload_limits_its_rounds_but_the_first(self) -> None:
        one, two = cases_of("one", 1, 2), cases_of("two", 2)
        one_s, two_s = (plan(*cases).estimated_s for cases in (one, two))
        longer, shorter = max(one_s, two_s), min(one_s, two_s)
        limit_s = (longer + shorter) / 2
        whole = plan(*one, *two, rounds=100, workload_budget_s=limit_s)
        assert whole.estimated_s == pytest.approx(longer + limit_s)

    def test_empty_plan_takes_no_time(self) -> None:
        assert plan().estimated_s == 0
        assert plan().order(0, ()) == []

    def test_waiting_is_divided_by_workers_and_computing_by_processes(self) -> None:
        def likely_s(backend: str, bound: Bound, workers: int) -> float:
            options = {"start_method": "fork"} if backend == "multiprocessing" else {}
            return estimated_trial_s(case(backend=backend, bound=bound, workers=workers, options=options), passes=100)

        for backend in ("threading", "multiprocessing", "asyncio"):
            assert likely_s(backend, Bound.IO, 8) < likely_s(backend, Bound.IO, 4) < likely_s(backend, Bound.IO, 1)
        assert likely_s("threading", Bound.CPU, 8) == likely_s("threading", Bound.CPU, 1)
        assert likely_s("multiprocessing", Bound.CPU, 2) < likely_s("multiprocessing", Bound.CPU, 1)
        assert likely_s(BASELINE, Bound.IO, 1) == likely_s(BASELINE, Bound.CPU, 1)
