"""The loop with a part of the plan measured before; and rows that are kept while a trial goes on."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from bench.measure import runner
from bench.measure.completed import Kept, key_of
from bench.measure.runner import Done, run
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Request, Stopped
from bench.schema import Case, Status
from tests.support.cases import READY, case, cases_of, measured, plan
from tests.support.noting import Launched, ok, run_all

CASES = cases_of("work", 2)
LOOP, TWO = CASES


def several(request: Request) -> Outcome:
    """A trial that makes all the passes that it is asked for."""
    return Outcome(READY, [measured(value) for value in range(request.values)], stopped=Stopped(0.5))


def test_what_is_kept_is_not_measured_again(launched: Launched) -> None:
    whole = plan(*CASES, rounds=2)
    kept = Kept({(0, key_of(LOOP)): 1, (0, key_of(TWO)): 1, (1, key_of(TWO)): 1})
    notes = launched()
    assert run(whole, "the-run", notes, notes, lambda done, seconds: CASES, kept) == Done(2, 0)
    assert [(row.round, row.backend) for row in notes.samples] == [(1, LOOP.backend)]
    assert notes.samples[0].position == whole.order(1, CASES).index(LOOP)


def test_of_a_trial_that_was_cut_off_a_fresh_one_measures_the_passes_that_are_missing(launched: Launched) -> None:
    whole = plan(LOOP, values=5)
    notes = launched(several)
    run(whole, "the-run", notes, notes, lambda done, seconds: (), Kept({(0, key_of(LOOP)): 2}))
    assert [row.value for row in notes.samples] == [2, 3, 4]
    assert notes.launches[0][1].values == 3


def test_ceilings_are_measured_in_the_rounds_that_lack_a_trial(launched: Launched) -> None:
    whole = plan(*CASES, rounds=3)
    kept = Kept({(0, key_of(LOOP)): 1, (0, key_of(TWO)): 1, (1, key_of(LOOP)): 1})
    notes = launched()
    run(whole, "the-run", notes, notes, lambda done, seconds: CASES, kept)
    assert [look.round for look in notes.ceilings] == [1, 2]


def test_failures_that_are_kept_count_in_the_end(launched: Launched) -> None:
    kept = Kept({(0, key_of(LOOP)): 0}, frozenset({(0, key_of(LOOP))}))
    notes = launched()
    assert run(plan(LOOP), "the-run", notes, notes, lambda done, seconds: (), kept) == Done(1, not_ok=1)
    assert notes.samples == []


def test_the_time_that_is_spent_counts_but_for_rounds_that_were_begun_in_it(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    asked: list[tuple[int, float]] = []

    def next_round(done: int, seconds: float) -> Sequence[Case]:
        asked.append((done, seconds))
        return [LOOP]

    notes = launched()
    kept = Kept({(0, key_of(LOOP)): 1, (1, key_of(LOOP)): 1}, spent_s=40.0)
    run(plan(LOOP, rounds=4), "the-run", notes, notes, next_round, kept)
    assert asked == [(1, 0.0), (2, 40.0), (3, 40.0)]


def test_a_budget_that_was_spent_before_the_cut_ends_the_run(launched: Launched) -> None:
    kept = Kept({(0, key_of(LOOP)): 1, (1, key_of(LOOP)): 1}, spent_s=100.0)
    notes = launched()
    whole = plan(*CASES, rounds=9, budget_s=90.0)
    assert run(whole, "the-run", notes, notes, lambda done, seconds: CASES, kept) == Done(1, 0)
    assert [(row.round, row.backend) for row in notes.samples] == [(0, TWO.backend)], "the first round is always whole"


def test_a_pass_is_kept_before_the_next_one_is_made(launched: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[int] = []

    def follow(*_: Any) -> Iterator[Outcome]:
        outcome = Outcome(READY)
        for value in range(3):
            outcome.measured.append(measured(value))
            yield outcome
            there.append(len(notes.samples))
        outcome.stopped = Stopped(0.5)
        yield outcome
        there.append(len(notes.samples))

    notes = launched()
    monkeypatch.setattr(runner, "follow", follow)
    run_all(plan(LOOP, values=3), notes)
    assert there == [1, 2, 2, 3]


def test_an_interrupt_while_the_pool_stops_keeps_the_last_pass_and_ends_the_trial(
    launched: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []

    def follow(*_: Any) -> Iterator[Outcome]:
        try:
            yield Outcome(READY, [measured()])
            raise KeyboardInterrupt
        finally:
            ended.append(True)

    notes = launched()
    monkeypatch.setattr(runner, "follow", follow)
    with pytest.raises(KeyboardInterrupt):
        run_all(plan(LOOP), notes)
    assert [(row.value, row.shutdown_s) for row in notes.samples] == [(0, None)]
    assert ended


def test_a_trial_is_ended_where_its_rows_cannot_be_kept(launched: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    def follow(*_: Any) -> Iterator[Outcome]:
        try:
            yield Outcome(READY, [measured()], stopped=Stopped(0.5))
        except GeneratorExit:
            ended.append(True)

    class Full(Exception):
        pass

    def append(_: object) -> None:
        raise Full

    notes = launched()
    monkeypatch.setattr(runner, "follow", follow)
    monkeypatch.setattr(notes, "append", append)
    with pytest.raises(Full):
        run_all(plan(LOOP), notes)
    assert ended


def test_time_limits_follow_the_plain_loops_trial(launched: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: now))

    def seven_seconds(_: Request) -> Outcome:
        nonlocal now
        now += 7.0
        return ok()

    notes = launched(seven_seconds)
    run_all(plan(*CASES, rounds=1), notes)
    assert [limit for *_, limit in notes.launches] == [300.0, 70.0]


def test_a_plain_loop_that_fails_sets_no_time_limit(launched: Launched) -> None:
    notes = launched(lambda _: Outcome(failed=Failed(Status.ERROR, "no")))
    run_all(plan(*CASES, case(backend="asyncio")), notes)
    assert [limit for *_, limit in notes.launches] == [300.0] * 3
