"""Remarks below a table about single trials and about the stop reason of each case."""

from typing import Any

import pytest

from bench.analysis.case_summary import CaseSummary
from bench.analysis.stopping import PrecisionGoal, StopReason
from bench.output.wording.case_text import disturbed_workloads, trial_remarks
from bench.output.wording.labels import backend_labels
from tests.support.summaries import summary

ASKED = PrecisionGoal(precision=0.05, most_rounds=100)


def remarks(*cases: CaseSummary, asked: PrecisionGoal | None = None) -> list[str]:
    return list(trial_remarks(cases, backend_labels(cases), asked))


def test_steady_trials_need_no_remark() -> None:
    assert remarks(summary(), summary(workers=4)) == []


@pytest.mark.parametrize(
    ("field", "start"),
    [
        ("outliers", "Outliers, far from the other trials of their case (included in all figures): "),
        ("slow_first_passes", "First timed pass slower than all later ones (more --warmups would help): "),
    ],
)
def test_unsteady_trials_are_counted_and_their_cases_named(field: str, start: str) -> None:
    facts: dict[str, Any] = {field: 1}
    assert remarks(summary(**facts), summary(workers=4)) == [f"{start}1 trial of threading with 2 workers."]
    several = [summary(**facts), summary(backend="asyncio", workers=1, **facts)]
    assert remarks(*several) == [f"{start}2 trials of threading with 2 workers and asyncio with 1 worker."]


def test_disturbed_trials_are_counted_among_all_and_their_workloads_are_known() -> None:
    cases = [summary(contaminated=2), summary(workers=4), summary(workload="quiet")]
    assert remarks(*cases[:2]) == [
        (
            "Other programs used more than 10 % of the cores during 2 of 10 trials (included in all figures); "
            "see bench doctor."
        )
    ]
    assert disturbed_workloads(cases) == {"work"}


def test_only_the_first_of_many_cases_are_named() -> None:
    (line,) = remarks(*(summary(workers=workers, outliers=2) for workers in (1, 2, 4, 8, 16)))
    assert line.endswith(
        "10 trials of threading with 1 worker, threading with 2 workers, threading with 4 workers and 2 more."
    )


def test_one_line_says_what_ended_all_cases() -> None:
    cases = [
        summary(backend="sequential", workers=1),
        *(summary(backend="asyncio", workers=workers, stopped=StopReason.PRECISE) for workers in (1, 2, 4)),
        summary(workers=4, trials=100, stopped=StopReason.ROUNDS),
        summary(backend="multiprocessing", stopped=StopReason.TIME),
        summary(workers=8, status="error", stopped=StopReason.NOT_OK),
    ]
    assert remarks(*cases, asked=ASKED) == [
        (
            "Stopped: 3 cases at the requested precision (within 5 %); threading with 4 workers after 100 rounds; "
            "multiprocessing with 2 workers when time ran out; threading with 8 workers after failing."
        )
    ]


def test_a_missing_baseline_ends_a_case() -> None:
    (line,) = remarks(summary(speedup=None, stopped=StopReason.NO_SPEEDUP), asked=ASKED)
    assert line == "Stopped: threading with 2 workers for lack of a baseline to compare with."


def test_without_a_requested_precision_the_end_is_not_explained() -> None:
    assert remarks(summary(), asked=None) == []
