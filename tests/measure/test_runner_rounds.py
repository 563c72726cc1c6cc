from collections.abc import Sequence
from itertools import count

import pytest

from bench.measure.runner import RunResult
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Request
from bench.schema import Bound, Case, Status
from tests.support.cases import case, cases_of, plan
from tests.support.fake_run import FakeRun, ok

TIMEOUT = Failed(Status.TIMEOUT, "not done after 300 s")


def test_every_trial_of_every_round_records_its_rows() -> None:
    whole = plan(*cases_of("one", 1, 2), *cases_of("two", 4), rounds=3, seed=7)
    fail_every_other = count()
    notes = FakeRun(lambda _: Outcome(failed=TIMEOUT) if next(fail_every_other) % 2 else ok())
    assert notes.run(whole) == RunResult(rounds=3, not_ok=7)
    found = [(row.round, row.position, row.workload, row.backend, row.workers) for row in notes.samples]
    assert found == [
        (number, position, case.workload, case.backend, case.workers)
        for number in range(3)
        for position, case in enumerate(whole.order(number, whole.cases))
    ]


def test_samples_are_recorded_before_the_next_trial_starts() -> None:
    whole = plan(case(), rounds=2)
    notes = FakeRun()
    notes.run(whole)
    assert notes.events == [
        event
        for number in range(2)
        for event in (f"round {number} position 0 work sequential x1", "launch", "append", "ended with 1")
    ]


def test_samples_before_an_interrupt_are_recorded() -> None:
    trials = count()

    def interrupted(_: Request) -> Outcome:
        if next(trials) == 2:
            raise KeyboardInterrupt
        return ok()

    whole = plan(case(), rounds=5)
    notes = FakeRun(interrupted)
    with pytest.raises(KeyboardInterrupt):
        notes.run(whole)
    assert len(notes.samples) == 2


def ten_seconds_each() -> FakeRun:
    """A run whose every trial takes ten seconds."""

    def outcome(_: Request) -> Outcome:
        fake.now += 10.0
        return ok()

    fake = FakeRun(outcome)
    return fake


def test_next_round_is_requested_with_completed_rounds_and_seconds() -> None:
    asked: list[tuple[int, float]] = []
    whole = plan(*cases_of("one", 2), rounds=9)

    def another(done: int, seconds: float) -> Sequence[Case]:
        asked.append((done, seconds))
        return whole.cases if done < 3 else ()

    notes = ten_seconds_each()
    assert notes.run(whole, another) == RunResult(rounds=3, not_ok=0)
    assert asked == [(1, 20.0), (2, 40.0), (3, 60.0)]
    assert [(row.round, row.position) for row in notes.samples] == [(r, p) for r in range(3) for p in range(2)]


def test_first_round_is_completed_whatever_the_budget() -> None:
    whole = plan(*cases_of("one", 1, 2), rounds=9, budget_s=5.0)
    notes = ten_seconds_each()
    assert notes.run(whole) == RunResult(rounds=1, not_ok=0)
    assert len(notes.samples) == 3


def test_round_stops_when_the_budget_ends_and_its_samples_are_recorded() -> None:
    whole = plan(*cases_of("one", 1, 2), rounds=9, budget_s=75.0)
    notes = ten_seconds_each()
    assert notes.run(whole) == RunResult(rounds=2, not_ok=0)
    assert [row.round for row in notes.samples] == [0, 0, 0, 1, 1, 1, 2, 2]


def test_next_round_is_not_requested_before_the_first_or_after_the_last() -> None:
    asked: list[int] = []
    whole = plan(case(), rounds=3)

    def always(done: int, seconds: float) -> Sequence[Case]:
        asked.append(done)
        return whole.cases

    notes = FakeRun()
    assert notes.run(whole, always) == RunResult(3, 0)
    assert asked == [1, 2]
    assert notes.run(whole, lambda done, seconds: ()) == RunResult(1, 0)


def test_later_round_measures_only_the_requested_cases() -> None:
    one, two = cases_of("one", 2), cases_of("two", 4)
    whole = plan(*one, *two, rounds=4)
    notes = FakeRun()
    wanted: dict[int, Sequence[Case]] = {1: one, 2: two, 3: ()}
    assert notes.run(whole, lambda done, seconds: wanted[done]) == RunResult(3, 0)
    assert [{row.workload for row in notes.samples if row.round == number} for number in range(4)] == [
        {"one", "two"},
        {"one"},
        {"two"},
        set(),
    ]
    assert [row.position for row in notes.samples if row.round == 2] == [0, 1]


def test_round_starts_with_the_ceilings_of_its_cpu_bound_counts() -> None:
    waiting = case(workload="waits", bound=Bound.IO, backend="threading", workers=32)
    whole = plan(*cases_of("one", 1, 2, 4), waiting, rounds=3)
    notes = FakeRun()
    wanted: dict[int, Sequence[Case]] = {1: whole.cases[:3], 2: (waiting,)}
    notes.run(whole, lambda done, seconds: wanted[done])
    assert notes.events[0] == f"ceilings of [2, 4] in {case().executable}"
    assert [(look.round, look.workers) for look in notes.ceilings] == [(0, 2), (0, 4), (1, 2)]
