from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import Workload
from bench.cli.arguments import choose_workloads, parse_backends
from bench.collect.description import WorkloadDescription
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
    return ChosenWorkload(WorkloadDescription.of(Path("/w/waits.py"), Waits), {"count": 4}, counts, spare)


def computes(*counts: int, spare: tuple[int, ...] = ()) -> ChosenWorkload:
    return ChosenWorkload(WorkloadDescription.of(Path("/w/computes.py"), Computes), {}, counts, spare)


def plan_for(budget_s: float | None, *workloads: ChosenWorkload, rounds: int | None = None) -> Plan:
    return build_plan(
        Selection(workloads, parse_backends([], True), [INTERPRETER]), Effort(budget_s=budget_s), 1, rounds
    )


class TestCounts:
    @pytest.mark.parametrize(
        ("cores", "counts"),
        [(1, (1, 2)), (2, (1, 2, 4)), (6, (1, 2, 4, 6, 8, 12)), (64, (1, 2, 4, 8, 16, 32, 64, 128))],
    )
    def test_cpu_bound_counts_go_up_to_twice_the_cores(self, cores: int, counts: tuple[int, ...]) -> None:
        assert default_counts(Bound.CPU, cores) == counts

    @given(st.integers(1, 1024))
    def test_cpu_bound_counts_rise_from_one_to_twice_the_cores(self, cores: int) -> None:
        counts = default_counts(Bound.CPU, cores)
        assert (counts[0], counts[-1]) == (1, 2 * cores)
        assert all(low < high <= 2 * low for low, high in pairwise(counts))

    @pytest.mark.parametrize("cores", [1, 2, 6, 64])
    def test_io_bound_counts_go_from_one_to_32_for_any_number_of_cores(self, cores: int) -> None:
        assert default_counts(Bound.IO, cores) == (1, 2, 4, 8, 16, 32)

    @given(st.integers(1, 1024))
    def test_one_worker_and_the_core_count_are_never_dropped_for_cpu_bound_work(self, cores: int) -> None:
        counts = default_counts(Bound.CPU, cores)
        spare = spare_counts(Bound.CPU, counts, cores)
        assert set(spare) < set(counts)
        assert not {counts[0], cores} & set(spare)

    @given(st.integers(1, 1024))
    def test_largest_cpu_bound_count_is_dropped_last(self, cores: int) -> None:
        counts = default_counts(Bound.CPU, cores)
        spare = spare_counts(Bound.CPU, counts, cores)
        assert spare[:1] == counts[-1:] if cores > 1 else spare == ()

    def test_smallest_and_largest_io_bound_counts_are_never_dropped(self) -> None:
        assert spare_counts(Bound.IO, (1, 2, 4, 8, 16, 32), cores=2) == (2, 4, 8, 16)

    def test_quick_run_uses_the_most_informative_count(self) -> None:
        assert quick_counts(Bound.CPU, 6) == (6,)
        assert quick_counts(Bound.IO, 6) == (8,)


class TestCases:
    def test_every_workload_is_combined_with_every_backend_and_count(self) -> None:
        cases = every_case([waits(1, 2), computes(3)], parse_backends([], True), [INTERPRETER])
        met = {(case.workload, case.backend, case.workers) for case in cases}
        others = ("threading", "multiprocessing", "asyncio")
        assert met >= {("waits", backend, count) for backend in others for count in (1, 2)}
        assert met >= {("computes", backend, 3) for backend in others}
        assert len(met) == len(cases)

    def test_baseline_always_has_one_worker(self) -> None:
        cases = every_case([waits(2, 4)], parse_backends(["threading"], True), [INTERPRETER])
        assert [case.workers for case in cases if case.backend == BASELINE] == [1]

    def test_equivalent_options_make_one_case(self) -> None:
        backends = parse_backends(["multiprocessing", "multiprocessing:fork", "multiprocessing:spawn"], False)
        cases = every_case([waits(2)], backends, [INTERPRETER])
        assert [case.options["start_method"] for case in cases] == ["fork", "spawn"]

    def test_case_holds_everything_a_trial_and_a_row_need(self) -> None:
        (case,) = every_case([waits(2)], parse_backends(["asyncio"], False), [INTERPRETER])
        assert (case.path, case.params, case.bound) == ("/w/waits.py", {"count": 4}, Bound.IO)
        assert (case.python, case.executable) == (INTERPRETER.version, INTERPRETER.executable)
        assert (case.async_style, case.environment) == (AsyncStyle.NATIVE, {"OMP_NUM_THREADS": "2"})

    def test_blocking_work_in_coroutines_is_labelled(self) -> None:
        (case,) = every_case([computes(2)], parse_backends(["asyncio"], False), [INTERPRETER])
        assert case.async_style is AsyncStyle.BLOCKING

    @pytest.mark.parametrize("typed", ["multiprocessing:chunksize=0", "multiprocessing:chunksize=-1"])
    def test_invalid_option_is_refused_before_measuring(self, typed: str) -> None:
        with pytest.raises(ParameterError, match="must be a positive integer"):
            every_case([waits(2)], parse_backends([typed], False), [INTERPRETER])


class TestBudget:
    def test_nothing_is_omitted_without_a_budget(self) -> None:
        plan = plan_for(None, waits(1, 2, 4, 8, spare=(2, 4)))
        assert {case.workers for case in plan.cases} == {1, 2, 4, 8}
        assert (plan.effort.rounds, plan.left_out) == (ROUNDS, ())

    @pytest.mark.parametrize("cores", [1, 2, 4, 6, 8, 16, 32, 48, 64, 128, 256])
    def test_estimate_for_the_bundled_workloads_fits_the_budget_of_make_bench(
        self, cores: int, here: Path, forget_imports: None
    ) -> None:
        plan = plan_for(160, *choose_workloads(select_workloads([]), [], (), cores, quick=False))
        assert plan.estimated_s() <= 160
        assert plan.effort.rounds >= MIN_ROUNDS

    def test_empty_plan_fits_any_budget(self) -> None:
        plan = plan_for(150)
        assert (plan.cases, plan.estimated_s(), plan.left_out) == ((), 0, ())

    @given(st.integers(1, 256), st.floats(1, 3600))
    def test_budget_is_met_unless_nothing_more_can_be_omitted(self, cores: int, budget_s: float) -> None:
        counts, waiting = default_counts(Bound.CPU, cores), default_counts(Bound.IO, cores)
        chosen = [
            computes(*counts, spare=spare_counts(Bound.CPU, counts, cores)),
            waits(*waiting, spare=spare_counts(Bound.IO, waiting, cores)),
        ]
        plan = plan_for(budget_s, *chosen)
        included = {(case.workload, case.workers) for case in plan.cases}
        spare = {(workload.description.name, count) for workload in chosen for count in workload.spare}
        assert plan.estimated_s() <= budget_s or (not included & spare and plan.effort.rounds == MIN_ROUNDS)
        assert MIN_ROUNDS <= plan.effort.rounds <= MAX_ROUNDS
        assert included | spare == {
            (workload.description.name, count) for workload in chosen for count in workload.counts
        }

    def test_requested_counts_are_never_omitted(self) -> None:
        plan = plan_for(1.0, waits(1, 2, 3, 4, 5, 6))
        assert {case.workers for case in plan.cases} == {1, 2, 3, 4, 5, 6}
        assert plan.left_out == ()

    def test_requested_rounds_are_run_whatever_the_budget(self) -> None:
        assert plan_for(1.0, waits(1, 2), rounds=7).effort.rounds == 7
        assert plan_for(1e6, waits(1, 2), rounds=2).effort.rounds == 2

    @pytest.mark.parametrize("budget_s", [None, 1.0, 1e6])
    def test_rounds_until_precise_are_limited_to_those_requested_or_to_100(self, budget_s: float | None) -> None:
        def rounds(asked: int | None) -> int:
            effort = Effort(precision=0.05, budget_s=budget_s)
            selection = Selection([waits(1, 2)], parse_backends([], True), [INTERPRETER])
            return build_plan(selection, effort, 1, asked).effort.rounds

        assert rounds(None) == MAX_ROUNDS_FOR_PRECISION == 100
        assert rounds(7) == 7

    def test_counts_are_omitted_to_fit_the_requested_rounds(self) -> None:
        workload = waits(1, 2, 4, 8, spare=(2, 4))
        whole_s = estimated_round_s(plan_for(None, workload).cases, Effort())
        assert plan_for(whole_s * 7.5, workload, rounds=7).left_out == ()
        assert plan_for(whole_s * 6.5, workload, rounds=7).left_out != ()

    def test_reported_omissions_are_exactly_the_missing_cases(self) -> None:
        plan = plan_for(1.0, waits(1, 2, 4, 8, spare=(2, 4)), computes(1, 2), computes(3, 4, spare=()))
        assert plan.left_out == ("waits at 2, 4 workers",)
        assert {case.workers for case in plan.cases if case.workload == "waits"} == {1, 8}

    def test_every_other_count_is_omitted_first_from_the_largest_down(self) -> None:
        workload = waits(1, 2, 4, 8, 16, 32, spare=(2, 4, 8, 16))
        whole_s = estimated_round_s(plan_for(None, workload).cases, Effort())
        plan = plan_for(whole_s * MIN_ROUNDS * 0.999, workload)
        assert plan.left_out == ("waits at 4, 16 workers",)
