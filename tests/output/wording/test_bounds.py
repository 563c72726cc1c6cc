"""Sentences about the machine's ceiling and the critical path."""

from pathlib import Path
from typing import Any

import pytest
from pandas import DataFrame

from bench.analysis.case_summary import CaseSummary
from bench.output.wording.bounds import bounds, ceiling_notes
from bench.output.wording.labels import backend_labels
from bench.results.load import Run
from bench.schema import BASELINE, Bound
from tests.support.summaries import summary


def sentences(*cases: CaseSummary) -> list[str]:
    return list(bounds(cases, backend_labels(cases)))


def waiting(**facts: Any) -> CaseSummary:
    return summary(bound=Bound.IO, **{"items": 50, "workers": 8, "critical_path_s": 0.143, "median_s": 0.149, **facts})


def computing(**facts: Any) -> CaseSummary:
    ceiling = {"ceiling": 1.72, "ceiling_low": 1.61, "ceiling_high": 1.84, "efficiency_of_ceiling": 0.94}
    return summary(backend="multiprocessing", **{**ceiling, **facts})


def notes(*measurements: dict[str, Any], pythons: tuple[str, ...] = ("3.11.7",)) -> list[str]:
    samples = DataFrame({"interpreter": pythons, "python": pythons})
    return list(ceiling_notes(Run("run", Path("run"), samples, {"ceilings": list(measurements)})))


def measurement(number: int, workers: int = 2, **facts: Any) -> dict[str, Any]:
    return {"round": number, "workers": workers, "alone_s": 1.0, "together_s": 1.2, "python": "3.11.7", **facts}


def failed(number: int, reason: str = "no answer", workers: int = 2) -> dict[str, Any]:
    return measurement(number, workers, alone_s=None, together_s=None, reason=reason)


def test_the_ceiling_has_its_interval_and_the_share_reached_by_the_best_case() -> None:
    (sentence,) = sentences(computing(speedup=1.6))
    assert sentence == (
        "Machine ceiling for 2 workers: busy processes running at once do 1.72x [1.61, 1.84] the work of one; "
        "multiprocessing with 2 workers reached 94 % of it."
    )


def test_a_ceiling_may_have_no_interval() -> None:
    (sentence,) = sentences(computing(ceiling_low=None, ceiling_high=None))
    assert "do 1.72x the work of one" in sentence


def test_a_speedup_may_exceed_the_ceiling() -> None:
    (sentence,) = sentences(computing(efficiency_of_ceiling=1.04))
    assert sentence.endswith("reached 104 % of it.")


def test_the_ceiling_is_the_one_for_the_best_cases_workers() -> None:
    (sentence,) = sentences(
        computing(speedup=1.5), computing(speedup=1.6, workers=4, ceiling=1.9), computing(speedup=1.55)
    )
    assert sentence.startswith("Machine ceiling for 4 workers: busy processes running at once do 1.90x")
    assert "multiprocessing with 4 workers" in sentence


def test_the_critical_path_is_given_in_waits_and_as_a_time() -> None:
    (sentence,) = sentences(waiting(backend="asyncio"))
    assert sentence == (
        "Critical path if all items take equally long: 50 items on 8 workers take 7 consecutive waits, 143 ms; "
        "asyncio took 149 ms."
    )


def test_with_as_many_workers_as_items_there_is_one_wait() -> None:
    (sentence,) = sentences(waiting(workers=64))
    assert "on 64 workers take 1 wait, 143 ms" in sentence


def test_one_worker_and_the_baseline_have_no_limits() -> None:
    assert sentences(computing(workers=1), summary(backend=BASELINE, workers=1), waiting(workers=1)) == []


@pytest.mark.parametrize("unknown", [{"critical_path_s": None}, {"items": None}, {"speedup": None}])
def test_unknown_limits_are_left_out(unknown: dict[str, None]) -> None:
    assert sentences(waiting(**unknown)) == sentences(summary()) == []


def test_a_ceiling_that_was_not_measured_has_its_reason() -> None:
    lines = notes(measurement(0), failed(1), failed(2), measurement(3), failed(0, "too many", 128))
    assert lines == [
        "The ceiling for 2 workers was not measured in 2 of 4 rounds: no answer",
        "The ceiling for 128 workers was not measured in 1 of 1 round: too many",
    ]


def test_each_reason_has_a_line_and_cannot_move_the_cursor() -> None:
    assert notes(failed(0, "a\x1b[2J"), failed(1, "b")) == [
        "The ceiling for 2 workers was not measured in 1 of 2 rounds: a\\x1b[2J",
        "The ceiling for 2 workers was not measured in 1 of 2 rounds: b",
    ]


def test_with_several_interpreters_that_of_the_ceiling_is_named() -> None:
    assert notes(measurement(0), measurement(1), pythons=("3.11.7", "3.13.0")) == [
        "The machine's ceiling was measured with Python 3.11.7 and is used for every interpreter."
    ]
    assert notes(measurement(0)) == notes(pythons=("3.11.7", "3.13.0")) == []


def test_runs_that_did_not_record_the_interpreter_do_not_name_it() -> None:
    assert notes(measurement(0, python=None), pythons=("3.11.7", "3.13.0")) == []
