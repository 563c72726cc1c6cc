from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.completed import Completed, case_key, row_key
from bench.schema import Sample, canonical_json
from tests.support.cases import case, cases_of
from tests.support.factory import COLUMNS, failure, sample


def row(written: Sample) -> dict[str, str]:
    """A sample as samples.csv has it."""
    return {name: "" if getattr(written, name) is None else str(getattr(written, name)) for name in COLUMNS}


def completed_after(*samples: Sample, spent_s: Mapping[str, float] | None = None) -> Completed:
    return Completed.from_rows(map(row, samples), {}, spent_s or {})


def passed(value: int = 0, **facts: Any) -> Sample:
    """A pass that is not the last one of its trial."""
    return sample(value=value, shutdown_s=None, **facts)


LOOP, TWO = CASES = cases_of("work", 2)
THREADS: dict[str, Any] = {"backend": "threading", "workers": 2}


def test_a_case_and_its_rows_have_the_same_key() -> None:
    one = case(params={"b": 1, "a": "x"}, backend="multiprocessing", options={"start_method": "fork"}, workers=3)
    facts = {name: getattr(one, name) for name in ("workload", "backend", "workers", "python")}
    written = sample(params=canonical_json(one.params), options=canonical_json(one.options), **facts)
    assert row_key(row(written)) == case_key(one)


def test_two_labels_of_one_version_are_different_cases() -> None:
    old, new = case(interpreter="old"), case(interpreter="new")
    completed = completed_after(sample(interpreter="old"))
    assert completed.is_done(0, old) and not completed.is_done(0, new)


def test_nothing_is_done_without_rows() -> None:
    assert not any(Completed().is_done(number, one) for number in range(2) for one in CASES)


def test_trial_is_complete_once_its_last_row_has_the_time_of_its_stop() -> None:
    completed = completed_after(passed(0), passed(1), passed(**THREADS), sample(value=2))
    assert completed.is_done(0, LOOP) and not completed.is_done(0, TWO)
    assert completed.finished_trials == 1


def test_stop_that_took_no_measurable_time_is_a_stop() -> None:
    assert completed_after(sample(shutdown_s=0.0)).is_done(0, LOOP)


@pytest.mark.parametrize("before", [[], [passed(0)], [passed(0), sample(value=1)]])
def test_failed_trial_is_complete_wherever_it_failed(before: list[Sample]) -> None:
    completed = completed_after(*before, failure(value=len(before)))
    assert completed.is_done(0, LOOP)
    assert (completed.finished_trials, len(completed.failed)) == (1, 1)


def test_case_is_done_if_one_of_its_trials_is_complete() -> None:
    rows = [passed(0, **THREADS), sample(), sample(group=1), passed(0, group=1, **THREADS)]
    assert not completed_after(*rows).is_done(0, TWO)
    completed = completed_after(*rows, sample(value=1, group=1, **THREADS))
    assert completed.is_done(0, TWO) and completed.is_done(0, LOOP)
    assert completed.finished_trials == 2


def test_rounds_are_distinguished() -> None:
    completed = completed_after(sample(round=1))
    assert not completed.is_done(0, LOOP)
    assert [completed.has_round(number) for number in range(3)] == [False, True, False]


def test_groups_of_a_round_are_counted_so_that_further_ones_get_new_numbers() -> None:
    completed = completed_after(sample(group=0), sample(group=2), sample(round=1))
    assert completed.groups == {0: 3, 1: 1}


def test_round_with_only_a_failure_counts_as_started() -> None:
    assert completed_after(failure(round=2)).has_round(2)


def test_time_counts_only_for_workloads_without_rows_of_the_round() -> None:
    spent_s = {"work": 30.0, "other": 40.0}
    completed = completed_after(sample(), sample(workload="other"), sample(round=1), spent_s=spent_s)
    assert [completed.counted_s(number, spent_s) for number in range(3)] == [{}, {"other": 40.0}, spent_s]


@pytest.mark.parametrize(
    "rows",
    [
        [passed(0), passed(0)],
        [passed(1)],
        [passed(0), passed(2)],
        [sample(value=0), passed(1)],
        [failure(value=0), sample(value=0)],
        [failure(value=0), failure(value=0)],
        [failure(value=0), failure(value=1)],
    ],
)
def test_impossible_rows_are_refused(rows: list[Sample]) -> None:
    with pytest.raises(ValueError, match="is duplicate or out of order"):
        completed_after(*rows)


@given(st.integers(1, 4), st.integers(1, 3), st.data())
def test_rows_in_any_order_of_turns_are_accepted(cycles: int, groups: int, data: st.DataObject) -> None:
    rows = [
        [passed(cycle, group=group), passed(cycle, group=group, **THREADS)]
        for group in range(groups)
        for cycle in range(cycles)
    ]
    turns = [turn for both in rows for turn in data.draw(st.permutations(both))]
    assert completed_after(*turns).groups == {0: groups}
