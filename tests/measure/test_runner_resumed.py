"""Resuming a partly measured plan."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.completed import Completed, case_key
from bench.measure.plan import Plan
from bench.measure.runner import NextRound, RunResult
from bench.measure.trial.protocol import Failed, Measured, Request
from bench.schema import BASELINE, Case, Sample, Status
from tests.support.cases import case, cases_of, measured, plan
from tests.support.factory import COLUMNS
from tests.support.fake_run import FakeRun

LOOP, TWO = CASES = cases_of("work", 2)
MANY = (*cases_of("one", 2, 4), *cases_of("two", 2), *cases_of("three", 4))
GONE = Failed(Status.CRASHED, "gone")


def completed_by(
    samples: Sequence[Sample], cycles: Mapping[str, int], spent_s: Mapping[str, float] | None = None
) -> Completed:
    """What rows on disk say."""
    rows = [
        {name: "" if getattr(one, name) is None else str(getattr(one, name)) for name in COLUMNS} for one in samples
    ]
    return Completed.from_rows(rows, cycles, spent_s or {})


def done(*trials: tuple[int, Case], **facts: object) -> Completed:
    """These trials, by round and case, are complete."""
    started = frozenset((number, one.workload) for number, one in trials)
    groups = {number: 1 for number, _ in trials}
    return replace(
        Completed(frozenset((number, case_key(one)) for number, one in trials), groups=groups, started=started),
        **facts,  # type: ignore[arg-type]
    )


def every(whole: Plan) -> NextRound:
    return lambda done, spent_s: whole.cases


def measured_cases(notes: FakeRun) -> list[tuple[int, int, str, int]]:
    return [(row.round, row.group, row.backend, row.workers) for row in notes.samples]


def test_completed_trials_are_not_measured_again() -> None:
    whole = plan(*CASES, rounds=2)
    notes = FakeRun()
    assert notes.run(whole, every(whole), done((0, LOOP), (0, TWO), (1, TWO))) == RunResult(2, 0)
    assert measured_cases(notes) == [(1, 1, BASELINE, 1)]


def test_missing_case_is_measured_in_a_further_group_beside_a_baseline_of_its_own() -> None:
    whole = plan(*cases_of("work", 2, 4), rounds=1, cycles=3)
    notes = FakeRun()
    assert notes.run(whole, every(whole), done((0, LOOP), (0, TWO))) == RunResult(1, 0)
    assert Counter(measured_cases(notes)) == {(0, 1, BASELINE, 1): 3, (0, 1, "threading", 4): 3}


def test_interrupted_trial_makes_all_its_passes_in_one_group() -> None:
    notes = FakeRun()

    def interrupted(request: Request, number: int) -> Measured:
        if (request.workers, number) == (2, 3):
            raise KeyboardInterrupt
        return measured()

    whole = plan(*CASES, cycles=5)
    notes.behaviour = interrupted
    with pytest.raises(KeyboardInterrupt):
        notes.run(whole)
    notes.behaviour = lambda *_: measured()
    assert notes.run(whole, every(whole), completed_by(notes.samples, {})) == RunResult(1, 0)
    assert [row.value for row in notes.samples if (row.workers, row.group) == (2, 1)] == list(range(5))


def test_decided_number_of_cycles_is_kept() -> None:
    whole = plan(*CASES, rounds=2, cycles=None)
    notes = FakeRun(lambda *_: measured(elapsed_s=0.01))
    notes.run(whole, every(whole), done((0, LOOP), (0, TWO), cycles={"work": 4}))
    assert {row.value for row in notes.samples} == set(range(4))
    assert "cycles" not in notes.facts


def test_ceilings_are_measured_in_rounds_with_pending_trials_too() -> None:
    whole = plan(*CASES, rounds=3)
    notes = FakeRun()
    notes.run(whole, every(whole), done((0, LOOP), (0, TWO), (1, LOOP)))
    assert {1, 2} <= {look.round for look in notes.ceilings}


def test_recorded_failures_count_in_the_result() -> None:
    notes = FakeRun()
    completed = Completed(failed=frozenset({(0, case_key(LOOP))}), groups={0: 1})
    assert notes.run(plan(LOOP), lambda done, spent_s: (), completed) == RunResult(1, not_ok=1)
    assert notes.samples == []


def test_time_already_spent_counts_for_rounds_of_which_a_workload_has_no_rows() -> None:
    asked: list[tuple[int, Mapping[str, float]]] = []
    other = case(workload="other")

    def next_round(done: int, spent_s: Mapping[str, float]) -> Sequence[Case]:
        asked.append((done, spent_s))
        return [LOOP]

    notes = FakeRun()
    completed = done((0, LOOP), (0, other), (1, LOOP), spent_s={"work": 40.0, "other": 50.0})
    notes.run(plan(LOOP, other, rounds=4), next_round, completed)
    both = {"work": 40.0, "other": 50.0}
    assert asked == [(1, {"other": 50.0}), (2, both), (3, both)]


def test_budget_spent_before_the_interruption_ends_the_run() -> None:
    completed = done((0, LOOP), (1, LOOP), spent_s={"work": 100.0})
    notes = FakeRun()
    whole = plan(*CASES, rounds=9, budget_s=90.0)
    assert notes.run(whole, every(whole), completed) == RunResult(1, 0)
    assert {(row.round, row.group) for row in notes.samples} == {(0, 1)}, "the first round is always whole"


@given(
    st.lists(st.integers(0, 60), max_size=3),
    st.sampled_from([None, 1, 3]),
    st.integers(0, 1),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_run_resumed_after_any_interruptions_has_every_trial_once(
    interruptions: Sequence[int], cycles: int | None, warmups: int, one_at_a_time: bool, seed: int
) -> None:
    """However often a run is interrupted, at any pass, also with a case that fails."""
    cases = [replace(one, exclusive=one_at_a_time) for one in MANY]
    whole = plan(*cases, rounds=2, cycles=cycles, warmups=warmups, seed=seed)
    notes = FakeRun()
    for passes in [*interruptions, None]:
        turns = count()

        def behaviour(
            request: Request, number: int, turns: "count[int]" = turns, passes: int | None = passes
        ) -> Measured | Failed:
            if next(turns) == passes:
                raise KeyboardInterrupt
            if request.workload == "two" and request.workers == 2 and number == 0:
                return GONE
            return measured(elapsed_s=0.4)

        notes.behaviour = behaviour
        before = completed_by(notes.samples, notes.facts.get("cycles", {}))
        recorded = len(notes.samples)
        try:
            assert notes.run(whole, every(whole), before) == RunResult(2, not_ok=2)
        except KeyboardInterrupt:
            assert passes is not None
        again = {(row.round, *_case(row)) for row in notes.samples[recorded:] if row.backend != BASELINE}
        complete = {(number, key[0], key[2], int(key[4])) for number, key in before.complete | before.failed}
        assert not again & complete, "a completed case was measured again"
    _is_whole(notes.samples, cycles)


def _case(row: Sample) -> tuple[str, str, int]:
    return row.workload, row.backend, row.workers


def _is_whole(samples: Sequence[Sample], cycles: int | None) -> None:
    """Check that every case of every round has one whole trial, paired with the baseline, and no row twice.

    Without a given number of cycles, it may differ between groups: a resumed round has fewer cases.

    An interruption in the last cycle may come between the passes of a case and of its baseline.
    """
    keys = Counter((row.round, row.group, *_case(row), row.value) for row in samples)
    assert set(keys.values()) == {1}
    trials: dict[tuple[int, int, str, str, int], list[Sample]] = {}
    for row in samples:
        trials.setdefault((row.round, row.group, *_case(row)), []).append(row)
    over = [key for key, rows in trials.items() if rows[-1].shutdown_s is not None or rows[-1].status is not Status.OK]
    for number in range(2):
        for one in MANY:
            ways = [key for key in over if key[0] == number and key[2:] == (one.workload, one.backend, one.workers)]
            assert len(ways) == 1 if one.backend != BASELINE else ways
            (key, *_) = ways
            if trials[key][-1].status is Status.OK:
                values = [row.value for row in trials[key]]
                assert values == list(range(cycles or len(values)))
                assert len(trials.get((*key[:2], one.workload, BASELINE, 1), [])) >= len(values) - 1
