"""One group of trials: whose turn it is, who leaves it, and how a round is split into several."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure import group
from bench.measure.cycles import SLOW, best_cycles
from bench.measure.plan import Plan
from bench.measure.runner import RunResult
from bench.measure.trial.live_trials import LiveTrial
from bench.measure.trial.protocol import Failed, Measured, Request
from bench.schema import BASELINE, Case, Sample, Status
from tests.support.cases import case, cases_of, measured, plan
from tests.support.fake_run import START, FakeRun, ok

GONE = Failed(Status.CRASHED, "the trial's process was killed by SIGKILL during the wait for its turn")
CASES = (*cases_of("work", 1, 2, 4), case(backend="asyncio", workers=8))
LimitRoom = Callable[[int], None]


@pytest.fixture
def limit_room(monkeypatch: pytest.MonkeyPatch) -> LimitRoom:
    """Leaves room for only so many trials at once."""

    def limit(trials: int) -> None:
        def has_room(alive: Sequence[LiveTrial], one: Case) -> bool:
            return len(alive) < trials

        monkeypatch.setattr(group, "has_room", has_room)

    return limit


def turns(samples: Sequence[Sample], **where: Any) -> list[tuple[str, int]]:
    """Backends and workers of the rows of a cycle, in the order of their positions."""
    rows = [row for row in samples if all(getattr(row, name) == value for name, value in where.items())]
    return [(row.backend, row.workers) for row in sorted(rows, key=lambda row: row.position)]


def key(one: Case) -> tuple[str, int]:
    return one.backend, one.workers


class TestCycles:
    @given(st.integers(0, 2**32), st.integers(1, 6))
    def test_every_trial_makes_one_pass_per_cycle_at_a_position_of_its_own(self, seed: int, cycles: int) -> None:
        notes = FakeRun()
        notes.run(plan(*CASES, seed=seed, cycles=cycles))
        for cycle in range(cycles):
            rows = [row for row in notes.samples if row.value == cycle]
            assert sorted(turns(rows)) == sorted(map(key, CASES))
            assert sorted(row.position for row in rows) == list(range(len(CASES)))
        assert [row.value for row in notes.samples] == sorted(row.value for row in notes.samples)

    def test_order_differs_between_cycles_rounds_and_seeds(self) -> None:
        orders = []
        for seed in (1, 2):
            notes = FakeRun()
            notes.run(plan(*CASES, seed=seed, rounds=2, cycles=3))
            orders += [tuple(turns(notes.samples, round=number, value=n)) for number in range(2) for n in range(3)]
        assert len(set(orders)) > len(orders) / 2

    def test_order_depends_on_the_seed_alone(self) -> None:
        one, again = FakeRun(), FakeRun()
        for notes in (one, again):
            notes.run(plan(*CASES, seed=7, rounds=2, cycles=3))
        assert [(row.round, row.value, row.position, row.backend, row.workers) for row in one.samples] == [
            (row.round, row.value, row.position, row.backend, row.workers) for row in again.samples
        ]

    def test_each_case_is_first_in_some_cycle(self) -> None:
        notes = FakeRun()
        notes.run(plan(*CASES, rounds=10, cycles=10))
        cycles = [turns(notes.samples, round=number, value=cycle) for number in range(10) for cycle in range(10)]
        assert {first for first, *_ in cycles} == set(map(key, CASES))

    def test_all_trials_are_started_before_the_first_pass_and_stopped_after_their_last(self) -> None:
        notes = FakeRun()
        notes.run(plan(*CASES, cycles=3))
        kinds = [event.split()[0] for event in notes.events if event.startswith(("start", "pass", "stop"))]
        assert kinds == ["start"] * 5 + ["pass"] * 10 + ["pass", "stop"] * 5
        assert notes.alive == [1, 2, 3, 4, 5]


class TestLeaving:
    """A trial that fails leaves its group with its row, and the others go on."""

    def leaves(self, notes: FakeRun, workers: int, value: int) -> None:
        """Check the rows if only the trial with so many workers fails, with this number of passes behind it."""
        assert notes.run(plan(*CASES, cycles=4)) == RunResult(1, not_ok=1)
        for one in CASES:
            rows = [row for row in notes.samples if key(one) == (row.backend, row.workers)]
            values = range(value + 1) if one.workers == workers else range(4)
            assert [row.value for row in rows] == list(values)
            assert [row.status for row in rows[:-1]] == [Status.OK] * (len(values) - 1)
        (failed,) = [row for row in notes.samples if row.status is not Status.OK]
        assert (failed.workers, failed.reason) == (workers, GONE.reason)
        ended = [event for event in notes.events if event.startswith("ended")]
        assert len(ended) == len(set(ended)) == len(CASES)

    @pytest.mark.parametrize("number", [START, 0, 2])
    def test_failure_in_its_turn(self, number: int) -> None:
        def behaviour(request: Request, now: int) -> Measured | Failed:
            return GONE if (request.workers, now) == (4, number) else measured()

        self.leaves(FakeRun(behaviour), 4, max(number, 0))

    @pytest.mark.parametrize("passes", [0, 1, 3])
    def test_failure_while_it_waits(self, passes: int) -> None:
        def waiting(request: Request, made: int) -> float | Failed:
            return GONE if (request.workers, made) == (4, passes) else 0.0

        self.leaves(FakeRun(ok, waiting), 4, passes)

    def test_failure_row_is_on_disk_before_the_next_pass(self) -> None:
        def waiting(request: Request, made: int) -> float | Failed:
            return GONE if (request.workers, made) == (4, 1) else 0.0

        notes = FakeRun(ok, waiting)
        notes.run(plan(*CASES, cycles=4))
        passes = 0
        for row, sample in enumerate(notes.samples):
            if sample.status is not Status.OK:
                passes = row
        appended = [n for n, event in enumerate(notes.events) if event.startswith("append")]
        between = notes.events[appended[passes - 1] : appended[passes]]
        assert not [event for event in between if event.startswith("pass")]

    def test_group_goes_on_without_its_baseline(self) -> None:
        def behaviour(request: Request, now: int) -> Measured | Failed:
            return GONE if (request.backend, now) == (BASELINE, 1) else measured()

        notes = FakeRun(behaviour)
        assert notes.run(plan(*CASES, cycles=4)) == RunResult(1, not_ok=1)
        assert len(notes.samples) == 2 + 4 * 4

    def test_group_whose_trials_have_all_failed_ends(self) -> None:
        notes = FakeRun(lambda _, number: GONE if number == 0 else measured())
        assert notes.run(plan(*CASES, cycles=4)) == RunResult(1, not_ok=5)
        assert [row.value for row in notes.samples] == [0] * 5
        assert notes.events.count("reference") == 1


class TestSplitting:
    def test_trials_beyond_the_room_form_further_groups_with_a_baseline_each(self, limit_room: LimitRoom) -> None:
        limit_room(3)
        cases = cases_of("work", 1, 2, 4, 8, 16)
        notes = FakeRun()
        assert notes.run(plan(*cases, cycles=2)) == RunResult(1, 0)
        groups = [{(row.backend, row.workers) for row in notes.samples if row.group == n} for n in range(4)]
        assert [len(one) for one in groups] == [3, 3, 2, 0]
        assert all((BASELINE, 1) in one for one in groups[:3])
        assert set.union(*groups) == set(map(key, cases))
        assert max(notes.alive) == 3
        keys = [(row.round, row.group, row.backend, row.workers, row.value) for row in notes.samples]
        assert len(keys) == len(set(keys)) == 2 * 8

    def test_baseline_and_one_case_are_started_whatever_the_room(self, limit_room: LimitRoom) -> None:
        limit_room(0)
        notes = FakeRun()
        assert notes.run(plan(*CASES)) == RunResult(1, 0)
        groups = [sorted(turns(notes.samples, group=number)) for number in range(4)]
        assert all(len(one) == 2 and (BASELINE, 1) in one for one in groups)
        assert {one for both in groups for one in both} == set(map(key, CASES))
        assert max(notes.alive) == 2

    @pytest.mark.parametrize("room", [2, 3, 4, 5, 6])
    @pytest.mark.parametrize("seed", range(5))
    def test_case_in_several_interpreters_stays_in_one_group(self, limit_room: LimitRoom, room: int, seed: int) -> None:
        limit_room(room)
        old = cases_of("work", 1, 2, 4)
        new = [replace(one, interpreter="new", executable="/new/python") for one in old]
        notes = FakeRun()
        assert notes.run(plan(*old, *new, seed=seed, cycles=2)) == RunResult(1, 0)
        for workers in (1, 2, 4):
            groups = {
                (row.interpreter, row.group)
                for row in notes.samples
                if row.backend == "threading" and row.workers == workers
            }
            assert len(groups) == 2
            assert len({number for _, number in groups}) == 1

    def test_workloads_of_a_round_have_groups_of_their_own(self) -> None:
        notes = FakeRun()
        notes.run(plan(*cases_of("one", 2), *cases_of("two", 2), rounds=2, cycles=2))
        groups = {(row.round, row.group): row.workload for row in notes.samples}
        assert sorted(groups) == [(0, 0), (0, 1), (1, 0), (1, 1)]
        assert {(number, workload) for (number, _), workload in groups.items()} == {
            (number, workload) for number in range(2) for workload in ("one", "two")
        }


class TestOneAtATime:
    def test_exclusive_cases_are_never_alive_together(self) -> None:
        notes = FakeRun()
        alone = [replace(one, exclusive=True) for one in CASES]
        assert notes.run(plan(*alone, rounds=2, cycles=3)) == RunResult(2, 0)
        assert notes.alive == [1] * 10
        kinds = [event.split()[0] for event in notes.events if event.startswith(("start", "pass", "stop"))]
        assert kinds == ["start", "pass", "pass", "pass", "stop"] * 10

    def test_their_rows_are_those_of_one_group(self) -> None:
        notes = FakeRun()
        notes.run(plan(*(replace(one, exclusive=True) for one in CASES), cycles=2))
        assert {row.group for row in notes.samples} == {0}
        assert [(row.backend, row.workers) for row in notes.samples[:2]] == [(BASELINE, 1)] * 2
        assert {(row.backend, row.workers) for row in notes.samples} == set(map(key, CASES))

    def test_one_that_fails_does_not_end_the_others(self) -> None:
        def behaviour(request: Request, now: int) -> Measured | Failed:
            return GONE if (request.workers, now) == (4, 1) else measured()

        notes = FakeRun(behaviour)
        alone = [replace(one, exclusive=True) for one in CASES]
        assert notes.run(plan(*alone, cycles=2)) == RunResult(1, not_ok=1)
        assert sum(row.status is Status.OK for row in notes.samples) == 9

    def test_other_workloads_of_the_run_still_take_turns(self) -> None:
        alone = [replace(one, exclusive=True) for one in cases_of("alone", 2)]
        notes = FakeRun()
        notes.run(plan(*alone, *cases_of("together", 2)))
        assert sorted(notes.alive) == [1, 1, 1, 2]


class TestNumberOfCycles:
    def best(self, whole: Plan, cycle_s: float, start_s: float = 0.0) -> int:
        """The number of cycles if the start of a group and one of its cycles take so long."""
        return best_cycles(start_s, cycle_s, whole.effort.budget_per_workload_s(len(whole.workloads)))

    @pytest.mark.parametrize("pass_s", [0.001, 0.1, 0.3, 2.0, 30.0])
    def test_number_follows_the_untimed_passes(self, pass_s: float) -> None:
        notes, whole = FakeRun(lambda *_: measured(elapsed_s=pass_s)), plan(*cases_of("work", 2), cycles=None)
        notes.run(whole)
        cycles = self.best(whole, 2 * pass_s)
        assert notes.facts["cycles"] == {"work": cycles}
        assert Counter(row.backend for row in notes.samples) == {BASELINE: cycles, "threading": cycles}

    @pytest.mark.parametrize("start_s", [0.5, 5.0])
    def test_number_follows_the_time_that_the_trials_took_to_start(self, start_s: float) -> None:
        def behaviour(_: Request, number: int) -> Measured:
            notes.now += start_s if number == START else 0.0
            return measured(elapsed_s=0.25)

        notes, whole = FakeRun(behaviour), plan(*cases_of("work", 2), cycles=None, workload_budget_s=60.0)
        notes.run(whole)
        assert notes.facts["cycles"] == {"work": self.best(whole, 0.5, 2 * start_s)}

    @pytest.mark.parametrize(("times", "passes"), [(1.9, 10), (2.5, 8), (7.0, 2), (1000.0, 1)])
    def test_case_much_slower_than_the_baseline_makes_fewer_passes_in_the_first_cycles(
        self, times: float, passes: int
    ) -> None:
        notes = FakeRun(lambda request, _: measured(elapsed_s=0.1 if request.backend == BASELINE else 0.1 * times))
        notes.run(plan(*cases_of("work", 2), cycles=10))
        assert [row.value for row in notes.samples if row.backend == "threading"] == list(range(passes))
        assert Counter(row.backend for row in notes.samples)[BASELINE] == 10
        assert [row.shutdown_s for row in notes.samples if row.backend == "threading"][-1] == 0.5

    def test_slow_case_leaves_the_others_their_cycles(self) -> None:
        notes = FakeRun(lambda request, _: measured(elapsed_s=0.1 if request.backend == BASELINE else 1000.0))
        whole = plan(*cases_of("work", 2), cycles=None)
        notes.run(whole)
        assert notes.facts["cycles"] == {"work": self.best(whole, 0.1 + SLOW * 0.1)}

    @pytest.mark.parametrize("cycles", [None, 1, 3])
    @pytest.mark.parametrize("pass_s", [0.1, 5.0])
    def test_each_trial_ends_with_the_time_of_its_stop_even_without_untimed_passes(
        self, cycles: int | None, pass_s: float
    ) -> None:
        slow = {BASELINE: pass_s, "threads": pass_s, "coroutines": 50 * pass_s}
        notes = FakeRun(lambda request, _: measured(elapsed_s=slow[request.backend]))
        notes.run(plan(*cases_of("work", 2), case(backend="asyncio"), cycles=cycles, warmups=0, rounds=2))
        last = {(row.round, row.backend): row.shutdown_s for row in notes.samples}
        assert len(last) == 6 and set(last.values()) == {0.5}

    def test_without_untimed_passes_it_follows_the_first_timed_one(self) -> None:
        notes, whole = FakeRun(), plan(*cases_of("work", 2), cycles=None, warmups=0)
        notes.run(whole)
        cycles = self.best(whole, 2 * measured().elapsed_s)
        assert notes.facts["cycles"] == {"work": cycles}
        assert [row.value for row in notes.samples] == [cycle for cycle in range(cycles) for _ in range(2)]

    def test_it_is_decided_in_the_first_round_for_each_workload(self) -> None:
        """Passes get faster in later rounds, which is of no effect."""
        pass_s = {"one": 20.0, "two": 0.25}

        def behaviour(request: Request, _: int) -> Measured:
            return measured(
                elapsed_s=pass_s[request.workload] / (10 if notes.samples[-1:] and notes.samples[-1].round else 1)
            )

        notes, whole = FakeRun(behaviour), plan(case(workload="one"), case(workload="two"), rounds=3, cycles=None)
        notes.run(whole)
        cycles = {name: self.best(whole, seconds) for name, seconds in pass_s.items()}
        assert notes.facts["cycles"] == cycles
        counts = {(row.workload, row.round): row.value + 1 for row in notes.samples}
        assert counts == {(name, number): cycles[name] for name in cycles for number in range(3)}

    def test_without_a_working_baseline_it_follows_the_other_trials(self) -> None:
        def behaviour(request: Request, _: int) -> Measured | Failed:
            return GONE if request.backend == BASELINE else measured(elapsed_s=0.2)

        notes, whole = FakeRun(behaviour), plan(*cases_of("work", 2), cycles=None)
        notes.run(whole)
        cycles = self.best(whole, 0.2)
        assert notes.facts["cycles"] == {"work": cycles}
        assert [row.value for row in notes.samples if row.status is Status.OK] == list(range(cycles))
        assert notes.samples[-1].shutdown_s == 0.5

    def test_number_that_was_given_is_not_recorded_as_decided(self) -> None:
        notes = FakeRun()
        notes.run(plan(*CASES, cycles=3))
        assert "cycles" not in notes.facts
