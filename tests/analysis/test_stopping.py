"""Which cases need another round, and what ended the rounds of the others."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.stopping import (
    PrecisionGoal,
    StopReason,
    is_settled,
    precision_goal,
    relative_width,
    stop_reason,
    unsettled,
)
from bench.analysis.stopping_rule import required_share
from bench.analysis.summary import summarise
from bench.results.load import load_run
from bench.schema import BASELINE, MIN_ROUNDS_FOR_PRECISION, Case, Status
from tests.support.cases import case, cases_of
from tests.support.factory import asyncio, failure, pair, rounds, write_run
from tests.support.summaries import summary, summary_of

PRECISE = {"paired_rounds": 20}  # within 6 %
WIDE = {"speedup_low": 1.0, "speedup_high": 4.0}
NO_SPEEDUP = dict.fromkeys(["speedup", "speedup_low", "speedup_high"])
NO_INTERVAL = {"speedup_low": None, "speedup_high": None}
FAILED = {"status": Status.ERROR, "reason": "ValueError: no luck", "failed": 1, **NO_SPEEDUP}


@pytest.mark.parametrize(
    ("low", "high", "width"), [(1.9, 2.2, 0.1), (1.5, 2.1, 0.25), (2.0, 2.0, 0.0), (1.0, 4.0, 1.0)]
)
def test_relative_width_is_the_larger_distance_to_an_end_over_the_speedup(
    low: float, high: float, width: float
) -> None:
    assert relative_width(summary(speedup_low=low, speedup_high=high)) == pytest.approx(width)


@pytest.mark.parametrize(("unknown", "settled"), [(NO_SPEEDUP, True), (NO_INTERVAL, False)])
def test_a_case_without_an_interval_continues_if_a_speedup_is_possible(unknown: dict[str, None], settled: bool) -> None:
    assert relative_width(summary(**unknown)) is None
    assert is_settled(summary(**unknown), 100.0) is settled


@given(st.floats(1e-3, 1e3), st.floats(1e-6, 3), st.floats(1e-3, 2))
def test_the_upper_end_decides_for_intervals_symmetric_on_the_log_scale(
    speedup: float, half: float, precision: float
) -> None:
    low, high = speedup * math.exp(-half), speedup * math.exp(half)
    case_summary = summary(speedup=speedup, speedup_low=low, speedup_high=high, paired_rounds=20)
    assert relative_width(case_summary) == pytest.approx(math.expm1(half), rel=1e-6)
    assert is_settled(case_summary, precision) == (high / speedup - 1 <= precision * required_share(20))


def test_failed_cases_and_the_baseline_are_settled() -> None:
    assert is_settled(summary(**FAILED), 0.049)
    assert is_settled(summary(backend=BASELINE, speedup=1.0, **NO_INTERVAL), 0.049)


@pytest.mark.parametrize(
    ("rounds", "settled", "unsettled_at"), [(4, 0.26, 0.24), (6, 0.12, 0.11), (10, 0.06, 0.058), (100, 0.051, 0.05)]
)
def test_after_few_rounds_the_interval_must_be_narrower(rounds: int, settled: float, unsettled_at: float) -> None:
    assert is_settled(summary(paired_rounds=rounds), settled)
    assert not is_settled(summary(paired_rounds=rounds), unsettled_at)


@given(st.integers(0, MIN_ROUNDS_FOR_PRECISION - 1))
def test_no_case_with_a_speedup_is_settled_before_the_first_check(rounds: int) -> None:
    assert not is_settled(summary(paired_rounds=rounds, speedup_low=2.0, speedup_high=2.0), 100.0)


def test_a_deterministic_speedup_is_settled_at_any_precision() -> None:
    facts = {"speedup_low": 2.0, "speedup_high": 2.0, "deterministic": True}
    assert is_settled(summary(paired_rounds=MIN_ROUNDS_FOR_PRECISION, **facts), 0.001)


def test_settled_cases_are_left_out_and_the_baseline_stays_for_the_others() -> None:
    loop, two, four = cases_of("work", 2, 4)
    summaries = [summary_of(loop, **NO_INTERVAL), summary_of(two, **PRECISE), summary_of(four, **WIDE)]
    assert unsettled([loop, two, four], summaries, 0.06) == [loop, four]
    assert unsettled([loop, two, four], summaries, 0.01) == [loop, two, four]


def test_if_all_cases_are_settled_no_further_round_is_needed() -> None:
    cases = cases_of("work", 2, 4)
    assert unsettled(cases, [summary_of(one, **PRECISE) for one in cases], 0.06) == []


def test_a_case_that_is_not_ok_needs_no_further_round() -> None:
    cases = cases_of("work", 2)
    assert unsettled(cases, [summary_of(cases[0]), summary_of(cases[1], **FAILED)], 0.06) == []


@pytest.mark.parametrize(
    "difference",
    [
        {"workload": "other"},
        {"params": {"n": 2}},
        {"python": "3.13.1t"},
    ],
)
def test_baselines_of_other_workloads_and_interpreters_are_left_out(difference: dict[str, object]) -> None:
    def cases_with(facts: dict[str, object]) -> list[Case]:
        return [case(**facts), case(backend="threading", workers=2, **facts)]

    done, needed = cases_with({"params": {"n": 1}}), cases_with({"params": {"n": 1}, **difference})
    summaries = [summary_of(one, **PRECISE) for one in done] + [summary_of(one, **WIDE) for one in needed]
    assert unsettled([*done, *needed], summaries, 0.06) == needed
    assert unsettled([*needed, *done], summaries, 0.06) == needed


@pytest.mark.parametrize(
    "difference", [{"backend": "asyncio"}, {"workers": 4}, {"options": {"start_method": "spawn", "chunksize": 1}}]
)
def test_cases_are_distinguished_by_backend_options_and_workers(difference: dict[str, object]) -> None:
    facts = {"backend": "multiprocessing", "workers": 2, "options": {"start_method": "fork", "chunksize": 1}}
    loop, narrow, wide = case(), case(**facts), case(**{**facts, **difference})
    assert unsettled([loop, narrow, wide], [summary_of(narrow, **PRECISE), summary_of(wide, **WIDE)], 0.06) == [
        loop,
        wide,
    ]


def test_the_order_of_options_and_parameters_does_not_matter() -> None:
    one = case(backend="multiprocessing", options={"b": 1, "a": 2}, params={"y": 1, "x": 2})
    case_summary = summary_of(one, **WIDE)
    assert (case_summary.options, case_summary.params) == ('{"a": 2, "b": 1}', '{"x": 2, "y": 1}')
    assert unsettled([one], [case_summary], 0.06) == [one]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"trials": 20, **PRECISE}, StopReason.PRECISE),
        ({"trials": 100, **WIDE}, StopReason.ROUNDS),
        ({"trials": 8, **WIDE}, StopReason.TIME),
        ({"trials": 100, **NO_SPEEDUP}, StopReason.NO_SPEEDUP),
        ({"trials": 100, **FAILED}, StopReason.NOT_OK),
    ],
)
def test_each_case_has_its_stop_reason(facts: dict[str, Any], reason: StopReason) -> None:
    assert stop_reason(summary(**facts), PrecisionGoal(0.06, most_rounds=100)) is reason


def test_a_case_that_became_precise_in_the_last_round_is_called_precise() -> None:
    assert (
        stop_reason(summary(trials=100, paired_rounds=100), PrecisionGoal(0.06, most_rounds=100)) is StopReason.PRECISE
    )


@pytest.mark.parametrize(("most_rounds", "reason"), [(5, StopReason.ROUNDS), (100, StopReason.TIME)])
def test_precision_is_not_a_stop_reason_if_it_did_not_end_the_rounds(most_rounds: int, reason: StopReason) -> None:
    assert stop_reason(summary(trials=5, paired_rounds=5), PrecisionGoal(0.06, most_rounds)) is reason


def test_the_baseline_has_no_stop_reason() -> None:
    assert stop_reason(summary(backend=BASELINE, trials=100), PrecisionGoal(0.06, most_rounds=100)) is None


@given(st.floats(0.001, 2), st.integers(0, 100), st.sampled_from([{}, WIDE, NO_INTERVAL, NO_SPEEDUP]))
def test_a_case_is_called_precise_if_and_only_if_it_was_settled(
    precision: float, rounds: int, facts: dict[str, float]
) -> None:
    case_summary = summary(trials=rounds, paired_rounds=rounds, **facts)
    is_precise = case_summary.speedup is not None and is_settled(case_summary, precision)
    assert (stop_reason(case_summary, PrecisionGoal(precision, most_rounds=100)) is StopReason.PRECISE) == is_precise


FINISHED: dict[str, Any] = {"finished_at": "2026-01-02T03:04:05+00:00", "effort": {"precision": 0.05, "rounds": 9}}


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, PrecisionGoal(0.05, 9)),
        ({"finished_at": None}, None),
        ({"effort": {"precision": None, "rounds": 5}}, None),
        ({"effort": {"precision": "5 %", "rounds": 5}}, None),
        ({"effort": {"precision": math.nan, "rounds": 5}}, None),
        ({"effort": {"precision": 0.05}}, None),
        ({"effort": 5}, None),
    ],
)
def test_the_requested_precision_and_rounds_are_read_from_the_environment(
    facts: dict[str, Any], asked: PrecisionGoal | None, tmp_path: Path
) -> None:
    assert precision_goal(load_run(write_run(tmp_path / "run", pair([1.0], [0.5]), {**FINISHED, **facts}))) == asked


def test_a_run_without_an_environment_has_no_known_request(tmp_path: Path) -> None:
    run = load_run(write_run(tmp_path / "run", pair([1.0] * 9, [0.5] * 9), None))
    assert [one.stopped for one in summarise(run)] == [None, None]


def test_every_case_of_a_finished_run_has_a_stop_reason(tmp_path: Path) -> None:
    wide = [0.3, 0.9] * 4 + [0.5]
    samples = [
        *pair([1.0] * 9, [0.5] * 7),
        *rounds(wide, backend="threading", workers=4),
        *rounds(wide[:8], backend="threading", workers=8),
        failure(**asyncio()),
    ]
    summaries = summarise(load_run(write_run(tmp_path / "run", samples, FINISHED)))
    assert [(one.backend, one.workers, one.stopped) for one in summaries] == [
        ("sequential", 1, None),
        ("asyncio", 1, "not ok"),
        ("threading", 2, "precise"),
        ("threading", 4, "rounds"),
        ("threading", 8, "time"),
    ]
