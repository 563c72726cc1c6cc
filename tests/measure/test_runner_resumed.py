"""Resuming a partly measured plan; and recording rows while a trial is still running."""

from collections.abc import Generator, Sequence

import pytest

from bench.measure.completed import Completed, case_key
from bench.measure.runner import RunResult
from bench.measure.trial.launcher import TrialSettings
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Request, Stopped
from bench.schema import Case, Status
from tests.support.cases import READY, case, cases_of, measured, plan
from tests.support.fake_run import FakeRun, ok

CASES = cases_of("work", 2)
LOOP, TWO = CASES


def several(request: Request) -> Outcome:
    """A trial that makes all the requested passes."""
    return Outcome(READY, [measured(value) for value in range(request.values)], stopped=Stopped(0.5))


def test_completed_trials_are_not_measured_again() -> None:
    whole = plan(*CASES, rounds=2)
    completed = Completed({(0, case_key(LOOP)): 1, (0, case_key(TWO)): 1, (1, case_key(TWO)): 1})
    notes = FakeRun()
    assert notes.run(whole, lambda done, seconds: CASES, completed) == RunResult(2, 0)
    assert [(row.round, row.backend) for row in notes.samples] == [(1, LOOP.backend)]
    assert notes.samples[0].position == whole.order(1, CASES).index(LOOP)


def test_resume_measures_the_missing_passes_of_an_interrupted_trial() -> None:
    whole = plan(LOOP, values=5)
    notes = FakeRun(several)
    notes.run(whole, lambda done, seconds: (), Completed({(0, case_key(LOOP)): 2}))
    assert [row.value for row in notes.samples] == [2, 3, 4]
    assert notes.settings[0].request.values == 3


def test_ceilings_are_measured_in_rounds_with_pending_trials() -> None:
    whole = plan(*CASES, rounds=3)
    completed = Completed({(0, case_key(LOOP)): 1, (0, case_key(TWO)): 1, (1, case_key(LOOP)): 1})
    notes = FakeRun()
    notes.run(whole, lambda done, seconds: CASES, completed)
    assert [look.round for look in notes.ceilings] == [1, 2]


def test_recorded_failures_count_in_the_result() -> None:
    completed = Completed({(0, case_key(LOOP)): 0}, frozenset({(0, case_key(LOOP))}))
    notes = FakeRun()
    assert notes.run(plan(LOOP), lambda done, seconds: (), completed) == RunResult(1, not_ok=1)
    assert notes.samples == []


def test_time_already_spent_counts_after_the_rounds_it_covered() -> None:
    asked: list[tuple[int, float]] = []

    def next_round(done: int, seconds: float) -> Sequence[Case]:
        asked.append((done, seconds))
        return [LOOP]

    notes = FakeRun()
    completed = Completed({(0, case_key(LOOP)): 1, (1, case_key(LOOP)): 1}, spent_s=40.0)
    notes.run(plan(LOOP, rounds=4), next_round, completed)
    assert asked == [(1, 0.0), (2, 40.0), (3, 40.0)]


def test_budget_spent_before_the_interruption_ends_the_run() -> None:
    completed = Completed({(0, case_key(LOOP)): 1, (1, case_key(LOOP)): 1}, spent_s=100.0)
    notes = FakeRun()
    whole = plan(*CASES, rounds=9, budget_s=90.0)
    assert notes.run(whole, lambda done, seconds: CASES, completed) == RunResult(1, 0)
    assert [(row.round, row.backend) for row in notes.samples] == [(0, TWO.backend)], "the first round is always whole"


def test_pass_is_recorded_before_the_next_one_starts() -> None:
    recorded: list[int] = []

    def follow(_: TrialSettings) -> Generator[Outcome, None, None]:
        outcome = Outcome(READY)
        for value in range(3):
            outcome.measured.append(measured(value))
            yield outcome
            recorded.append(len(notes.samples))
        outcome.stopped = Stopped(0.5)
        yield outcome
        recorded.append(len(notes.samples))

    notes = FakeRun(trial=follow)
    notes.run(plan(LOOP, values=3))
    assert recorded == [1, 2, 2, 3]


def test_interrupt_during_pool_shutdown_records_the_last_pass_and_ends_the_trial(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = []

    def follow(_: TrialSettings) -> Generator[Outcome, None, None]:
        try:
            yield Outcome(READY, [measured()])
            raise KeyboardInterrupt
        finally:
            ended.append(True)

    notes = FakeRun(trial=follow)
    with pytest.raises(KeyboardInterrupt):
        notes.run(plan(LOOP))
    assert [(row.value, row.shutdown_s) for row in notes.samples] == [(0, None)]
    assert ended


def test_trial_is_ended_if_its_rows_cannot_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    def follow(_: TrialSettings) -> Generator[Outcome, None, None]:
        try:
            yield Outcome(READY, [measured()], stopped=Stopped(0.5))
        except GeneratorExit:
            ended.append(True)

    class Full(Exception):
        pass

    def append(_: object) -> None:
        raise Full

    notes = FakeRun(trial=follow)
    monkeypatch.setattr(notes, "append", append)
    with pytest.raises(Full):
        notes.run(plan(LOOP))
    assert ended


def test_time_limits_follow_the_baseline_trial() -> None:
    def seven_seconds(_: Request) -> Outcome:
        notes.now += 7.0
        return ok()

    notes = FakeRun(seven_seconds)
    notes.run(plan(*CASES, rounds=1))
    assert [settings.limit.seconds for settings in notes.settings] == [300.0, 70.0]


def test_failed_baseline_sets_no_time_limit() -> None:
    notes = FakeRun(lambda _: Outcome(failed=Failed(Status.ERROR, "no")))
    notes.run(plan(*CASES, case(backend="asyncio")))
    assert [settings.limit.seconds for settings in notes.settings] == [300.0] * 3
