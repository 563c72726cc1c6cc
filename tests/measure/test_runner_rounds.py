"""The rounds of a run: which cases they have, and how they end."""

from collections.abc import Mapping, Sequence

import pytest

from bench.measure.runner import Runner, RunResult
from bench.measure.trial.protocol import Failed, Measured, Request
from bench.schema import Bound, Case, Status
from tests.support.cases import case, cases_of, measured, plan
from tests.support.fake_run import START, FakeRun

TIMEOUT = Failed(Status.TIMEOUT, "not done after 300 s")


def test_every_case_of_every_round_is_measured_by_workload() -> None:
    whole = plan(*cases_of("one", 1, 2), *cases_of("two", 4), rounds=3, seed=7)
    notes = FakeRun(lambda request, _: TIMEOUT if request.workers == 2 else measured())
    assert notes.run(whole) == RunResult(rounds=3, not_ok=3)
    starts = [event for event in notes.events if event.startswith("round")]
    assert starts == [
        f"round {number} position {position} {one.label}"
        for number in range(3)
        for cases in whole.order(number, whole.cases)
        for position, one in enumerate(cases)
    ]
    found = [(row.round, row.group) for row in notes.samples]
    assert found == sorted(found)


def test_first_round_may_have_only_some_of_the_cases() -> None:
    whole = plan(*cases_of("work", 1, 2), rounds=2)
    notes = FakeRun()
    Runner(
        whole,
        notes,
        notes,
        lambda done, spent_s: whole.cases,
        instruments=notes.instruments,
        first_round=whole.cases[:2],
    ).run()
    assert [(row.round, row.workers) for row in notes.samples].count((0, 2)) == 0
    assert [(row.round, row.workers) for row in notes.samples].count((1, 2)) == 1


def test_samples_before_an_interrupt_are_recorded() -> None:
    def interrupted(_: Request, number: int) -> Measured:
        if number == START and len(notes.settings) == 3:
            raise KeyboardInterrupt
        return measured()

    notes = FakeRun(interrupted)
    with pytest.raises(KeyboardInterrupt):
        notes.run(plan(case(), rounds=5))
    assert [row.round for row in notes.samples] == [0, 1]


def taking(seconds: float) -> FakeRun:
    """A run whose every pass takes so long, and whose starts and stops take no time."""

    def behaviour(_: Request, number: int) -> Measured:
        if number >= 0:
            fake.now += seconds
        return measured()

    fake = FakeRun(behaviour)
    return fake


def test_next_round_is_requested_with_completed_rounds_and_seconds_of_each_workload() -> None:
    asked: list[tuple[int, Mapping[str, float]]] = []
    whole = plan(*cases_of("one", 2), case(workload="two"), rounds=9)

    def another(done: int, spent_s: Mapping[str, float]) -> Sequence[Case]:
        asked.append((done, spent_s))
        return whole.cases if done < 3 else ()

    notes = taking(10.0)
    assert notes.run(whole, another) == RunResult(rounds=3, not_ok=0)
    assert asked == [(done, {"one": 20.0 * done, "two": 10.0 * done}) for done in (1, 2, 3)]


def test_first_round_is_completed_whatever_the_budget() -> None:
    notes = taking(10.0)
    assert notes.run(plan(*cases_of("one", 1, 2), rounds=9, cycles=2, budget_s=5.0)) == RunResult(rounds=1, not_ok=0)
    assert [row.round for row in notes.samples] == [0] * 6


def test_round_stops_within_its_group_when_the_budget_ends_and_its_samples_are_recorded() -> None:
    """The cycle in which the time runs out is still completed, so that its passes are paired."""
    notes = taking(10.0)
    whole = plan(*cases_of("one", 1, 2), rounds=9, cycles=2, budget_s=75.0)
    assert notes.run(whole) == RunResult(rounds=1, not_ok=0)
    assert [(row.round, row.value) for row in notes.samples] == [
        (0, 0), (0, 0), (0, 0), (0, 1), (0, 1), (0, 1), (1, 0), (1, 0), (1, 0)
    ]  # fmt: skip


def test_round_whose_last_pass_exceeds_the_budget_is_complete() -> None:
    notes = taking(10.0)
    assert notes.run(plan(case(), rounds=2, cycles=2, budget_s=35.0)) == RunResult(rounds=2, not_ok=0)


def test_workloads_after_the_end_of_the_budget_are_not_started() -> None:
    notes = taking(10.0)
    whole = plan(*(case(workload=name) for name in ("one", "two", "three")), rounds=9, budget_s=45.0)
    assert notes.run(whole) == RunResult(rounds=1, not_ok=0)
    assert [row.round for row in notes.samples] == [0, 0, 0, 1, 1]


def test_next_round_is_not_requested_before_the_first_or_after_the_last() -> None:
    asked: list[int] = []
    whole = plan(case(), rounds=3)

    def always(done: int, spent_s: Mapping[str, float]) -> Sequence[Case]:
        asked.append(done)
        return whole.cases

    notes = FakeRun()
    assert notes.run(whole, always) == RunResult(3, 0)
    assert asked == [1, 2]
    assert notes.run(whole, lambda done, spent_s: ()) == RunResult(1, 0)


def test_later_round_measures_only_the_requested_cases() -> None:
    one, two = cases_of("one", 2), cases_of("two", 4)
    whole = plan(*one, *two, rounds=4)
    notes = FakeRun()
    wanted: dict[int, Sequence[Case]] = {1: one, 2: two, 3: ()}
    assert notes.run(whole, lambda done, spent_s: wanted[done]) == RunResult(3, 0)
    assert [{row.workload for row in notes.samples if row.round == number} for number in range(4)] == [
        {"one", "two"},
        {"one"},
        {"two"},
        set(),
    ]


def test_ceilings_of_the_cpu_bound_counts_follow_the_groups_of_their_workload() -> None:
    waiting = case(workload="waits", bound=Bound.IO, backend="threading", workers=32)
    whole = plan(*cases_of("one", 1, 2, 4), waiting, rounds=3)
    notes = FakeRun()
    wanted: dict[int, Sequence[Case]] = {1: whole.cases[:3], 2: (waiting,)}
    notes.run(whole, lambda done, spent_s: wanted[done])
    assert [(look.round, look.workers) for look in notes.ceilings] == [(0, 2), (0, 4), (1, 2)]
    looks = [number for number, event in enumerate(notes.events) if event.startswith("ceiling")]
    assert notes.events[looks[0]] == f"ceiling of 2 in {case().executable}"
    assert all(not event.startswith("pass") for event in notes.events[looks[0] : looks[1]])
