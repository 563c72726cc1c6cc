from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import Workload
from bench.collect.description import WorkloadDescription
from bench.collect.discovery import select_workloads
from bench.errors import ParameterError
from bench.measure.matrix import (
    ChosenWorkload,
    Selection,
    build_plan,
    default_counts,
    every_case,
    measured_once,
    quick_counts,
    spare_counts,
)
from bench.measure.plan import (
    MAX_ROUNDS,
    PRECISION,
    WORKLOAD_BUDGET_S,
    Effort,
    Plan,
    estimated_round_s,
)
from bench.schema import BASELINE, MIN_ROUNDS, AsyncStyle, Bound
from bench.session.arguments import choose_workloads, parse_backends
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
        counts = default_counts(Bound.IO, cores)
        assert (counts[0], counts[-1]) == (1, 32)
        assert list(counts) == sorted(set(counts))
        assert len(counts) >= 3

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
        assert ("computes", BASELINE, 1) in met
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

    def test_blocking_work_in_coroutines_is_measured_once_with_a_line_that_says_so(self) -> None:
        selection = Selection(
            [computes(1, 2, 4), waits(1, 2, 4)], parse_backends(["asyncio", "threading"], True), [INTERPRETER]
        )
        counts: dict[str, list[int]] = {}
        for case in selection.cases():
            if case.backend == "asyncio":
                counts.setdefault(case.workload, []).append(case.workers)
        assert counts == {"computes": [1], "waits": [1, 2, 4]}
        (line,) = measured_once(selection)
        assert line == (
            "asyncio runs the blocking work of computes one item after the other, whatever the number of workers: "
            "measured once, with 1"
        )

    def test_one_count_needs_no_such_line(self) -> None:
        assert measured_once(Selection([computes(2)], parse_backends(["asyncio"], True), [INTERPRETER])) == []

    def test_interpreters_are_told_apart_by_their_labels(self) -> None:
        interpreters = [replace(INTERPRETER, label=label) for label in ("old", "new")]
        cases = every_case([waits(2)], parse_backends(["threading"], True), [*interpreters, INTERPRETER])
        assert [(case.backend, case.interpreter) for case in cases] == [
            (backend, label) for label in ("old", "new", INTERPRETER.version) for backend in (BASELINE, "threading")
        ]
        assert {case.python for case in cases} == {INTERPRETER.version}

    @pytest.mark.parametrize(("asked", "own"), [(True, False), (False, True), (False, False)])
    def test_cases_are_exclusive_if_the_user_or_the_workload_says_so(self, asked: bool, own: bool) -> None:
        workload = waits(2)
        chosen = replace(workload, exclusive=asked, description=replace(workload.description, exclusive=own))
        cases = every_case([chosen, computes(2)], parse_backends(["threading"], True), [INTERPRETER])
        assert {case.exclusive for case in cases if case.workload == "waits"} == {asked or own}
        assert {case.exclusive for case in cases if case.workload == "computes"} == {False}

    @pytest.mark.parametrize("typed", ["multiprocessing:chunksize=0", "multiprocessing:chunksize=-1"])
    def test_invalid_option_is_refused_before_measuring(self, typed: str) -> None:
        with pytest.raises(ParameterError, match="must be a positive integer"):
            every_case([waits(2)], parse_backends([typed], False), [INTERPRETER])


class TestStopping:
    def effort(self, rounds: int | None = None, **asked: float) -> Effort:
        """What is measured of each case if this is asked for."""
        selection = Selection([waits(1, 2)], parse_backends([], True), [INTERPRETER])
        return build_plan(selection, Effort(**asked), 1, rounds).effort  # type: ignore[arg-type]

    def test_by_default_speedups_are_measured_within_ten_percent_for_at_most_a_minute_per_workload(self) -> None:
        effort = self.effort()
        assert (effort.precision, effort.workload_budget_s, effort.budget_s) == (PRECISION, WORKLOAD_BUDGET_S, None)
        assert (PRECISION, WORKLOAD_BUDGET_S) == (0.1, 60.0)
        assert effort.rounds == MAX_ROUNDS == 100

    @pytest.mark.parametrize("asked", [{}, {"budget_s": 1.0}, {"budget_s": 1e6}])
    def test_rounds_that_were_asked_for_are_exactly_measured(self, asked: dict[str, float]) -> None:
        effort = self.effort(7, **asked)
        assert (effort.rounds, effort.precision, effort.workload_budget_s) == (7, None, None)

    def test_rounds_limit_a_precision_that_was_asked_for(self) -> None:
        effort = self.effort(7, precision=0.05)
        assert (effort.rounds, effort.precision, effort.workload_budget_s) == (7, 0.05, None)

    def test_precision_that_was_asked_for_has_no_time_limit(self) -> None:
        effort = self.effort(precision=0.02)
        assert (effort.precision, effort.workload_budget_s, effort.budget_s) == (0.02, None, None)

    def test_time_that_was_given_replaces_the_time_of_each_workload(self) -> None:
        effort = self.effort(budget_s=30.0)
        assert (effort.precision, effort.workload_budget_s, effort.budget_s) == (PRECISION, None, 30.0)


class TestBudget:
    def test_requested_counts_are_never_omitted(self) -> None:
        plan = plan_for(1.0, waits(1, 2, 3, 4, 5, 6))
        assert {case.workers for case in plan.cases} == {1, 2, 3, 4, 5, 6}
        assert plan.left_out == ()

    def test_nothing_is_omitted_if_the_rounds_fit(self) -> None:
        plan = plan_for(1e6, waits(1, 2, 4, 8, spare=(2, 4)))
        assert {case.workers for case in plan.cases} == {1, 2, 4, 8}
        assert plan.left_out == ()

    @pytest.mark.parametrize("cores", [1, 2, 4, 8, 64, 256])
    def test_bundled_workloads_at_their_defaults_leave_room_for_the_rounds_that_a_precision_needs(
        self, cores: int, here: Path, forget_imports: None
    ) -> None:
        chosen = choose_workloads(select_workloads([]), [], (), cores, quick=False)
        plan = plan_for(None, *chosen)
        included = {(case.workload, case.workers) for case in plan.cases}
        spare = {(workload.description.name, count) for workload in chosen for count in workload.spare}
        rounds_s = MIN_ROUNDS * estimated_round_s(plan.cases, plan.effort)
        assert rounds_s <= WORKLOAD_BUDGET_S * len(chosen) or not included & spare
        assert plan.estimated_s <= WORKLOAD_BUDGET_S * len(chosen)

    def test_empty_plan_fits_any_budget(self) -> None:
        plan = plan_for(150)
        assert (plan.cases, plan.estimated_s, plan.left_out) == ((), 0, ())

    @given(st.integers(1, 256), st.floats(1, 3600))
    def test_budget_has_room_for_the_rounds_unless_nothing_more_can_be_omitted(
        self, cores: int, budget_s: float
    ) -> None:
        counts, waiting = default_counts(Bound.CPU, cores), default_counts(Bound.IO, cores)
        chosen = [
            computes(*counts, spare=spare_counts(Bound.CPU, counts, cores)),
            waits(*waiting, spare=spare_counts(Bound.IO, waiting, cores)),
        ]
        plan = plan_for(budget_s, *chosen)
        included = {(case.workload, case.workers) for case in plan.cases}
        spare = {(workload.description.name, count) for workload in chosen for count in workload.spare}
        rounds_s = MIN_ROUNDS * estimated_round_s(plan.cases, plan.effort)
        assert rounds_s <= budget_s or not included & spare
        assert plan.estimated_s <= max(budget_s, estimated_round_s(plan.cases, plan.effort)) * (1 + 1e-9)
        assert included | spare == {
            (workload.description.name, count) for workload in chosen for count in workload.counts
        }

    def test_counts_are_omitted_to_fit_the_requested_rounds(self) -> None:
        workload = waits(1, 2, 4, 8, spare=(2, 4))
        whole_s = estimated_round_s(plan_for(1e6, workload).cases, Effort())
        assert plan_for(whole_s * 5.5, workload, rounds=5).left_out == ()
        assert plan_for(whole_s * 4.5, workload, rounds=5).left_out != ()

    def test_reported_omissions_are_exactly_the_missing_cases(self) -> None:
        plan = plan_for(1.0, waits(1, 2, 4, 8, spare=(2, 4)), computes(1, 2), computes(3, 4, spare=()))
        assert plan.left_out == ("waits at 2, 4 workers",)
        assert {case.workers for case in plan.cases if case.workload == "waits"} == {1, 8}

    def test_every_other_count_is_omitted_first_from_the_largest_down(self) -> None:
        workload = waits(1, 2, 4, 8, 16, 32, spare=(2, 4, 8, 16))
        whole_s = estimated_round_s(plan_for(1e6, workload).cases, Effort())
        plan = plan_for(whole_s * MIN_ROUNDS * 0.999, workload)
        assert plan.left_out == ("waits at 4, 16 workers",)
