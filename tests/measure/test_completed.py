from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.completed import Completed, PendingTrial, case_key, pending_trials, row_key
from bench.schema import Sample, canonical_json
from tests.support.cases import case, cases_of, plan
from tests.support.factory import COLUMNS, failure, sample


def row(written: Sample) -> dict[str, str]:
    """A sample as samples.csv has it."""
    return {name: "" if getattr(written, name) is None else str(getattr(written, name)) for name in COLUMNS}


def completed_after(*samples: Sample) -> Completed:
    return Completed.from_rows(map(row, samples))


LOOP, TWO = CASES = cases_of("work", 2)
THREADS: dict[str, Any] = {"backend": "threading", "workers": 2}


def test_a_case_and_its_rows_have_the_same_key() -> None:
    one = case(params={"b": 1, "a": "x"}, backend="multiprocessing", options={"start_method": "fork"}, workers=3)
    facts = {name: getattr(one, name) for name in ("workload", "backend", "workers", "python")}
    written = sample(params=canonical_json(one.params), options=canonical_json(one.options), **facts)
    assert row_key(row(written)) == case_key(one)


def test_all_trials_are_pending_if_nothing_is_completed() -> None:
    whole = plan(*CASES, rounds=2)
    assert pending_trials(whole, Completed(), 1, CASES) == [
        PendingTrial(1, position, case) for position, case in enumerate(whole.order(1, CASES))
    ]


def test_completed_trial_is_not_pending_and_the_others_keep_their_positions() -> None:
    whole = plan(*CASES)
    assert pending_trials(whole, completed_after(sample()), 0, CASES) == [
        PendingTrial(0, whole.order(0, CASES).index(TWO), TWO)
    ]


def test_later_passes_of_an_interrupted_trial_are_pending() -> None:
    whole = plan(LOOP, values=5)
    assert pending_trials(whole, completed_after(sample(value=0), sample(value=1)), 0, [LOOP]) == [
        PendingTrial(0, 0, LOOP, first_value=2)
    ]


@pytest.mark.parametrize("before", [[], [sample(value=0)]])
def test_failed_trial_is_complete_wherever_it_failed(before: list[Sample]) -> None:
    completed_rows = completed_after(*before, failure(value=len(before)))
    assert pending_trials(plan(LOOP, values=5), completed_rows, 0, [LOOP]) == []
    assert (completed_rows.finished_trials(5), len(completed_rows.failed)) == (1, 1)


def test_rounds_are_distinguished() -> None:
    completed_rows = completed_after(sample(round=1))
    assert pending_trials(plan(LOOP, rounds=3), completed_rows, 0, [LOOP]) == [PendingTrial(0, 0, LOOP)]
    assert [completed_rows.has_round(number) for number in range(3)] == [False, True, False]


def test_round_with_only_a_failure_counts_as_started() -> None:
    assert completed_after(failure(round=2)).has_round(2)


@pytest.mark.parametrize(
    "rows",
    [
        [sample(value=0), sample(value=0)],
        [sample(value=1)],
        [sample(value=0), sample(value=2)],
        [failure(value=0), sample(value=0)],
        [failure(value=0), failure(value=0)],
    ],
)
def test_impossible_rows_are_refused(rows: list[Sample]) -> None:
    with pytest.raises(ValueError, match="is duplicate or out of order"):
        completed_after(*rows)


@given(st.integers(1, 4), st.integers(0, 24), st.integers(0, 2**32))
def test_completed_and_pending_passes_make_up_the_whole_plan(values: int, rows_completed: int, seed: int) -> None:
    whole = plan(*CASES, rounds=3, values=values, seed=seed)
    every = [
        (number, one, value) for number in range(3) for one in whole.order(number, CASES) for value in range(values)
    ]
    rows = [
        sample(round=number, backend=one.backend, workers=one.workers, value=value)
        for number, one, value in every[:rows_completed]
    ]
    completed_rows = completed_after(*rows)
    to_come = [
        (trial.round, trial.case, value)
        for number in range(3)
        for trial in pending_trials(whole, completed_rows, number, CASES)
        for value in range(trial.first_value, values)
    ]
    assert every[:rows_completed] + to_come == every
