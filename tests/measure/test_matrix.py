from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import Workload
from bench.cli.arguments import choose_workloads, parse_backends
from bench.collect.description import Found
from bench.collect.discovery import select_workloads
from bench.errors import ParameterError
from bench.measure.matrix import (
    ChosenWorkload,
    Selection,
    build_plan,
    default_counts,
    every_case,
    quick_counts,
    spare_counts,
)
from bench.measure.plan import (
    MAX_ROUNDS,
    MAX_ROUNDS_FOR_PRECISION,
    ROUNDS,
    Effort,
    Plan,
    estimated_round_s,
)
from bench.schema import BASELINE, MIN_ROUNDS, AsyncStyle, Bound
from tests.support.cases import INTERPRETER


class Waits(Workload):
    name = "waits"
    bound = Bound.IO
    environment = {"OMP_NUM_THREADS": "2"}  # noqa: RUF012  # as users write it

    async def work_async(self, item: object, client: object) -> None: ...


class Computes(Workload):
    name = "computes"


def waits(*counts: int, spare: tuple[int, ...] = ()) -> ChosenWorkload:
    return ChosenWorkload(Found.of(Path("/w/waits.py"), Waits), {"count": 4}, counts, spare)


def computes(*counts: int, spare: tuple[int, ...] = ()) -> ChosenWorkload:
    return ChosenWorkload(Found.of(Path("/w/computes.py"), Computes), {}, counts, spare)


def plan_for(budget_s: float | None, *workloads: ChosenWorkload, rounds: int | None = None) -> Plan:
    return build_plan(
        Selection(workloads, parse_backends([], True), [INTERPRETER]), Effort(budget_s=budget_s), 1, rounds
    )


class TestCounts:
    @pytest.mark.parametrize(
        ("cores", "counts"),
        [(1, (1, 2)), (2, (1, 2, 4)), (6, (1, 2, 4, 6, 8, 12)), (64, (1, 2, 4, 8, 16, 32, 64, 128))],
    )
    def test_computing_is_tried_with_up_to_twice_the_cores(self, cores: int, counts: tuple[int, ...]) -> None:
        assert default_counts(Bound.CPU, cores) == counts

    @given(st.integers(1, 1024))
    def test_counts_for_computing_rise_from_one_to_twice_the_cores(self, cores: int) -> None:
        counts = default_counts(Bound.CPU, cores)
        assert (counts[0], counts[-1]) == (1, 2 * cores)
        assert all(low < high <= 2 * low for low, high in pairwise(counts))

    @pytest.mark.parametrize("cores", [1, 2, 6, 64])
    def test_waiting_is_tried_with_one_to_32_whatever_the_cores(self, cores: int) -> None:
        assert default_counts(Bound.IO, cores) == (1, 2, 4, 8, 16, 32)

    @given(st.integers(1, 1024))
    def test_one_worker_and_the_number_of_cores_are_never_spare_for_computing(self, cores: int) -> None:
        counts = default_counts(Bound.CPU, cores)
        spare = spare_counts(Bound.CPU, counts, cores)
        assert set(spare) < set(counts)
        assert not {counts[0], cores} & set(spare)

    @given(st.integers(1, 1024))
    def test_the_largest_count_for_computing_is_spare_but_the_last_to_go(self, cores: int) -> None:
        counts = default_counts(Bound.CPU, cores)
        spare = spare_counts(Bound.CPU, counts, cores)
        assert spare[:1] == counts[-1:] if cores > 1 else spare == ()

    def test_the_ends_for_waiting_are_never_spare(self) -> None:
        assert spare_counts(Bound.IO, (1, 2, 4, 8, 16, 32), cores=2) == (2, 4, 8, 16)

    def test_a_quick_look_takes_the_count_most_worth_trying(self) -> None:
        assert quick_counts(Bound.CPU, 6) == (6,)
        assert quick_counts(Bound.IO, 6) == (8,)


class TestCases:
    def test_each_workload_meets_each_backend_at_each_count(self) -> None:
        cases = every_case([waits(1, 2), computes(3)], parse_backends([], True), [INTERPRETER])
        met = {(case.workload, case.backend, case.workers) for case in cases}
        others = ("threading", "multiprocessing", "asyncio")
        assert met >= {("waits", backend, count) for backend in others for count in (1, 2)}
        assert met >= {("computes", backend, 3) for backend in others}
        assert len(met) == len(cases)

    def test_the_baseline_is_measured_with_one_worker_whatever_was_asked_for(self) -> None:
        cases = every_case([waits(2, 4)], parse_backends(["threading"], True), [INTERPRETER])
        assert [case.workers for case in cases if case.backend == BASELINE] == [1]

    def test_options_that_come_to_the_same_are_one_case(self) -> None:
        backends = parse_backends(["multiprocessing", "multiprocessing:fork", "multiprocessing:spawn"], False)
        cases = every_case([waits(2)], backends, [INTERPRETER])
        assert [case.options["start_method"] for case in cases] == ["fork", "spawn"]

    def test_a_case_says_all_that_a_trial_and_a_row_need(self) -> None:
        (case,) = every_case([waits(2)], parse_backends(["asyncio"], False), [INTERPRETER])
        assert (case.path, case.params, case.bound) == ("/w/waits.py", {"count": 4}, Bound.IO)
        assert (case.python, case.executable) == (INTERPRETER.version, INTERPRETER.executable)
        assert (case.async_style, case.environment) == (AsyncStyle.NATIVE, {"OMP_NUM_THREADS": "2"})

    def test_blocking_work_in_coroutines_is_said_to_be_that(self) -> None:
        (case,) = every_case([computes(2)], parse_backends(["asyncio"], False), [INTERPRETER])
        assert case.async_style is AsyncStyle.BLOCKING

    @pytest.mark.parametrize("typed", ["multiprocessing:chunksize=0", "multiprocessing:chunksize=-1"])
    def test_an_option_that_means_nothing_is_refused_before_anything_is_measured(self, typed: str) -> None:
        with pytest.raises(ParameterError, match="a chunk has at least 1 item"):
            every_case([waits(2)], parse_backends([typed], False), [INTERPRETER])


class TestBudget:
    def test_without_a_budget_nothing_is_left_out(self) -> None:
        plan = plan_for(None, waits(1, 2, 4, 8, spare=(2, 4)))
        assert {case.workers for case in plan.cases} == {1, 2, 4, 8}
        assert (plan.effort.rounds, plan.left_out) == (ROUNDS, ())

    @pytest.mark.parametrize("cores", [1, 2, 4, 6, 8, 16, 32, 48, 64, 128, 256])
    def test_the_bundled_workloads_are_likely_to_keep_the_budget_of_make_bench(
        self, cores: int, here: Path, forget_imports: None
    ) -> None:
        plan = plan_for(160, *choose_workloads(select_workloads([]), [], (), cores, quick=False))
        assert plan.estimated_s() <= 160
        assert plan.effort.rounds >= MIN_ROUNDS

    def test_a_plan_of_nothing_fits_any_budget(self) -> None:
        plan = plan_for(150)
        assert (plan.cases, plan.estimated_s(), plan.left_out) == ((), 0, ())

    @given(st.integers(1, 256), st.floats(1, 3600))
    def test_the_time_is_kept_or_nothing_is_left_to_leave_out(self, cores: int, budget_s: float) -> None:
        counts, waiting = default_counts(Bound.CPU, cores), default_counts(Bound.IO, cores)
        chosen = [
            computes(*counts, spare=spare_counts(Bound.CPU, counts, cores)),
            waits(*waiting, spare=spare_counts(Bound.IO, waiting, cores)),
        ]
        plan = plan_for(budget_s, *chosen)
        kept = {(case.workload, case.workers) for case in plan.cases}
        spare = {(workload.found.name, count) for workload in chosen for count in workload.spare}
        assert plan.estimated_s() <= budget_s or (not kept & spare and plan.effort.rounds == MIN_ROUNDS)
        assert MIN_ROUNDS <= plan.effort.rounds <= MAX_ROUNDS
        assert kept | spare == {(workload.found.name, count) for workload in chosen for count in workload.counts}

    def test_counts_asked_for_are_never_left_out(self) -> None:
        plan = plan_for(1.0, waits(1, 2, 3, 4, 5, 6))
        assert {case.workers for case in plan.cases} == {1, 2, 3, 4, 5, 6}
        assert plan.left_out == ()

    def test_rounds_asked_for_are_made_whatever_the_budget(self) -> None:
        assert plan_for(1.0, waits(1, 2), rounds=7).effort.rounds == 7
        assert plan_for(1e6, waits(1, 2), rounds=2).effort.rounds == 2

    @pytest.mark.parametrize("budget_s", [None, 1.0, 1e6])
    def test_rounds_until_precise_are_bounded_by_those_asked_for_or_by_a_hundred(self, budget_s: float | None) -> None:
        def rounds(asked: int | None) -> int:
            effort = Effort(precision=0.05, budget_s=budget_s)
            selection = Selection([waits(1, 2)], parse_backends([], True), [INTERPRETER])
            return build_plan(selection, effort, 1, asked).effort.rounds

        assert rounds(None) == MAX_ROUNDS_FOR_PRECISION == 100
        assert rounds(7) == 7

    def test_counts_are_left_out_before_rounds_asked_for_would_not_fit(self) -> None:
        workload = waits(1, 2, 4, 8, spare=(2, 4))
        whole_s = estimated_round_s(plan_for(None, workload).cases, Effort())
        assert plan_for(whole_s * 7.5, workload, rounds=7).left_out == ()
        assert plan_for(whole_s * 6.5, workload, rounds=7).left_out != ()

    def test_what_was_left_out_is_said_and_is_what_is_missing(self) -> None:
        plan = plan_for(1.0, waits(1, 2, 4, 8, spare=(2, 4)), computes(1, 2), computes(3, 4, spare=()))
        assert plan.left_out == ("waits at 2, 4 workers",)
        assert {case.workers for case in plan.cases if case.workload == "waits"} == {1, 8}

    def test_every_other_count_goes_first_from_the_largest_down(self) -> None:
        workload = waits(1, 2, 4, 8, 16, 32, spare=(2, 4, 8, 16))
        whole_s = estimated_round_s(plan_for(None, workload).cases, Effort())
        plan = plan_for(whole_s * MIN_ROUNDS * 0.999, workload)
        assert plan.left_out == ("waits at 4, 16 workers",)
