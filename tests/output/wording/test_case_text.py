"""What is said below a table of single trials, and of when each case had enough of them."""

from typing import Any

import pytest

from bench.analysis.case_summary import CaseSummary
from bench.analysis.stopping import Asked, Stopped
from bench.output.wording.case_text import disturbed_workloads, trial_remarks
from bench.output.wording.labels import backend_labels
from tests.support.summaries import summary

ASKED = Asked(precision=0.05, most_rounds=100)


def remarks(*cases: CaseSummary, asked: Asked | None = None) -> list[str]:
    return list(trial_remarks(cases, backend_labels(cases), asked))


def test_of_steady_trials_nothing_is_said() -> None:
    assert remarks(summary(), summary(workers=4)) == []


@pytest.mark.parametrize(
    ("field", "start"),
    [
        ("outliers", "Outliers, far from the other trials of their case (kept in all figures): "),
        ("slow_first_passes", "First timed passes slower than all later ones (more --warmups would help): "),
    ],
)
def test_unsteady_trials_are_counted_and_their_cases_named(field: str, start: str) -> None:
    facts: dict[str, Any] = {field: 1}
    assert remarks(summary(**facts), summary(workers=4)) == [f"{start}1 trial of threading with 2 workers."]
    several = [summary(**facts), summary(backend="asyncio", workers=1, **facts)]
    assert remarks(*several) == [f"{start}2 trials of threading with 2 workers and asyncio with 1 worker."]


def test_disturbed_trials_are_counted_among_all_and_their_workload_is_known_to_be_told() -> None:
    cases = [summary(contaminated=2), summary(workers=4), summary(workload="quiet")]
    assert remarks(*cases[:2]) == [
        (
            "Other programs took more than 10 % of the cores during 2 of 10 trials (kept in all figures): "
            "see bench doctor."
        )
    ]
    assert disturbed_workloads(cases) == {"work"}


def test_of_many_cases_a_few_are_named() -> None:
    (line,) = remarks(*(summary(workers=workers, outliers=2) for workers in (1, 2, 4, 8, 16)))
    assert line.endswith(
        "10 trials of threading with 1 worker, threading with 2 workers, threading with 4 workers and 2 more."
    )


def test_one_line_says_what_ended_all_cases() -> None:
    cases = [
        summary(backend="sequential", workers=1),
        *(summary(backend="asyncio", workers=workers, stopped=Stopped.PRECISE) for workers in (1, 2, 4)),
        summary(workers=4, trials=100, stopped=Stopped.ROUNDS),
        summary(backend="multiprocessing", stopped=Stopped.TIME),
        summary(workers=8, status="error", stopped=Stopped.NOT_OK),
    ]
    assert remarks(*cases, asked=ASKED) == [
        (
            "Stopped: 3 cases as precise as asked (within 5 %); threading with 4 workers after 100 rounds; "
            "multiprocessing with 2 workers when time was up; threading with 8 workers because not ok."
        )
    ]


def test_without_a_plain_loop_that_is_what_ended_a_case() -> None:
    (line,) = remarks(summary(speedup=None, stopped=Stopped.NO_SPEEDUP), asked=ASKED)
    assert line == "Stopped: threading with 2 workers for want of a plain loop to compare with."


def test_where_no_precision_was_asked_for_nothing_is_said_of_what_ended_a_case() -> None:
    assert remarks(summary(), asked=None) == []
