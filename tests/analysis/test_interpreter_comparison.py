"""Comparison of several interpreters: which cases share a row, and what can be concluded from their times."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.analysis.interpreter_comparison import SideBySide, side_by_side
from bench.analysis.summary import summarise
from bench.results.load import load_run
from bench.schema import Gil, Sample, Status
from tests.support.factory import asyncio, failure, multiprocessing, pair, rounds, write_run

LOOP = [1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 1.0, 1.02]
GIL, FREE = "3.13.5", "3.13.5t"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def sides(folder: Path, samples: list[Sample]) -> list[SideBySide]:
    run = load_run(write_run(folder, samples))
    return side_by_side(run, summarise(run))


def side(folder: Path, samples: list[Sample]) -> SideBySide:
    (comparison,) = sides(folder, samples)
    return comparison


def scaled(factor: float, noise: float = 0.01) -> list[float]:
    """The baseline's times multiplied by a factor, with slight deviations."""
    return [time * factor * (1 + noise * (-1) ** number) for number, time in enumerate(LOOP)]


def false_win(workers: int = 2) -> list[Sample]:
    """Free-threaded twice as fast as its own baseline, which takes four times as long as the other's."""
    free = pair(scaled(4.0, 0.02), scaled(2.0, -0.01), python=FREE, workers=workers)
    return pair(LOOP, scaled(0.99, -0.02), python=GIL, workers=workers) + free


def test_a_run_with_one_interpreter_has_no_comparison(folder: Path) -> None:
    assert sides(folder, pair(LOOP, scaled(0.5)) + pair(LOOP, scaled(0.5), workload="other", python=FREE)) == []


def test_each_parameter_set_measured_in_several_interpreters_has_its_own_comparison(folder: Path) -> None:
    both = [("a", '{"n": 1}'), ("b", '{"n": 1}'), ("a", '{"n": 2}'), ("b", '{"n": 2}')]
    samples = [one for python, params in both for one in pair(LOOP, LOOP, params=params, python=python)]
    comparisons = sides(folder, [*samples, *pair(LOOP, LOOP, params='{"n": 3}')])
    assert [(one.params, one.interpreters) for one in comparisons] == [
        ('{"n": 1}', ("a", "b")),
        ('{"n": 2}', ("a", "b")),
    ]


def test_interpreters_keep_the_order_of_measurement(folder: Path) -> None:
    assert (
        side(folder, pair(LOOP, LOOP, python="3.14.0") + pair(LOOP, LOOP, python="3.11.7")).interpreters[0] == "3.14.0"
    )


def test_a_row_pairs_times_by_round_with_the_first_interpreter(folder: Path) -> None:
    comparison = side(folder, pair(LOOP, scaled(0.5), python=GIL) + pair(scaled(3.0), scaled(0.5), python=FREE))
    loop, threads = comparison.rows
    assert (loop.is_baseline, threads.workers) == (True, 2)
    assert loop.cells[GIL].over_first is None
    slower, level = loop.cells[FREE].over_first, threads.cells[FREE].over_first
    assert slower is not None
    assert slower.point == pytest.approx(3.0, rel=0.01)
    assert level is not None
    assert (level.low, level.pairs) == (1.0, 8)


def test_a_time_lies_within_its_interval_which_is_unknown_below_three_rounds(folder: Path) -> None:
    cell = side(folder, pair(LOOP, LOOP, python=GIL) + pair(LOOP, LOOP, python=FREE)).rows[1].cells[GIL]
    assert cell.mean is not None and cell.mean.interval is not None
    assert cell.seconds is not None
    low, high = cell.mean.interval
    assert 0.9 < low < cell.seconds < high < 1.1
    few = pair(LOOP[:2], LOOP[:2], python=GIL) + pair(LOOP, LOOP, python=FREE)
    mean = side(folder, few).rows[1].cells[GIL].mean
    assert mean is not None and not mean.has_interval


def test_default_start_methods_share_one_row(folder: Path) -> None:
    old = rounds(LOOP, **multiprocessing("fork"), workers=2, python="3.13.0")
    new = rounds(LOOP, **multiprocessing("forkserver"), workers=2, python="3.14.0")
    (row,) = side(folder, old + new).rows
    assert [cell.case.start_method for cell in row.cells.values()] == ["fork", "forkserver"]


def test_start_methods_measured_side_by_side_have_separate_rows(folder: Path) -> None:
    old = rounds(LOOP, **multiprocessing("fork"), python="3.13.0")
    old += rounds(LOOP, **multiprocessing("spawn"), python="3.13.0")
    new = rounds(LOOP, **multiprocessing("spawn"), python="3.14.0")
    assert [list(row.cells) for row in side(folder, old + new).rows] == [["3.13.0"], ["3.13.0", "3.14.0"]]


def test_a_skipped_interpreter_keeps_its_status_and_has_no_time(folder: Path) -> None:
    skipped = [failure(Status.SKIPPED, "no aiohttp", python=FREE, gil=None, round=number) for number in range(3)]
    comparison = side(folder, pair(LOOP, scaled(0.5), python=GIL) + skipped)
    cell = comparison.rows[0].cells[FREE]
    assert (cell.case.status, cell.seconds, cell.mean, cell.over_first) == ("skipped", None, None, None)
    assert FREE not in comparison.rows[1].cells
    assert (comparison.gils(GIL), comparison.gils(FREE)) == (["on"], [])
    assert comparison.fastest is not None
    assert (comparison.fastest.case.backend, len(comparison.fastest.slower)) == ("threading", 1)


def test_a_case_that_failed_once_is_never_the_fastest(folder: Path) -> None:
    broken = [*rounds(scaled(0.01)[:7], python=FREE), failure(python=FREE, round=7)]
    comparison = side(folder, pair(LOOP, scaled(0.5), python=GIL) + broken)
    assert comparison.fastest is not None
    assert comparison.fastest.case.interpreter == GIL
    assert FREE not in {
        case.interpreter for case in (*comparison.fastest.slower, *comparison.fastest.indistinguishable)
    }


def test_without_an_ok_case_there_is_no_fastest(folder: Path) -> None:
    comparison = side(folder, [failure(python=GIL), failure(python=FREE)])
    assert (comparison.fastest, comparison.baselines, comparison.misleading_speedups) == (None, (), ())


def test_the_fastest_is_chosen_by_time_regardless_of_speedup(folder: Path) -> None:
    comparison = side(folder, false_win())
    assert comparison.fastest is not None
    assert comparison.fastest.case.interpreter == GIL
    assert {case.interpreter for case in comparison.fastest.slower} == {FREE}
    assert [case.interpreter for case in comparison.fastest.indistinguishable] == [GIL]


def test_without_a_baseline_times_are_still_compared(folder: Path) -> None:
    samples = rounds(LOOP, backend="threading", python=GIL) + rounds(scaled(0.5), backend="threading", python=FREE)
    comparison = side(folder, samples)
    assert comparison.fastest is not None
    assert (comparison.fastest.case.interpreter, len(comparison.fastest.slower)) == (FREE, 1)
    assert (comparison.baselines, comparison.misleading_speedups) == ((), ())


@pytest.mark.parametrize("number", [1, 2])
def test_too_few_rounds_lead_to_no_conclusion(folder: Path, number: int) -> None:
    comparison = side(folder, [one for one in false_win() if one.round < number])
    assert comparison.fastest is not None
    assert (comparison.fastest.pairs, comparison.fastest.slower, comparison.misleading_speedups) == (number, (), ())
    assert [change.differs for change in comparison.baselines] == [False]


def test_baselines_are_compared_with_the_first_interpreters(folder: Path) -> None:
    loops = (("a", LOOP), ("b", scaled(1.5, 0.02)), ("c", scaled(1.0, 0.02)))
    comparison = side(folder, [one for python, times in loops for one in rounds(times, python=python)])
    assert [
        (change.baseline.interpreter, change.first.interpreter, change.differs) for change in comparison.baselines
    ] == [
        ("b", "a", True),
        ("c", "a", False),
    ]
    assert comparison.baselines[0].ratio is not None
    assert comparison.baselines[0].ratio.point == pytest.approx(1.5, rel=0.01)


def test_a_higher_speedup_with_a_longer_time_is_a_false_win(folder: Path) -> None:
    (pair_found,) = side(folder, false_win()).misleading_speedups
    assert (pair_found.slower.interpreter, pair_found.faster.interpreter) == (FREE, GIL)
    assert pair_found.slower.speedup_or_zero > pair_found.faster.speedup_or_zero


def test_a_higher_speedup_with_a_shorter_time_is_not_a_false_win(folder: Path) -> None:
    free = pair(scaled(1.2, 0.02), scaled(0.5, -0.01), python=FREE)
    assert side(folder, pair(LOOP, scaled(1.02, -0.01), python=GIL) + free).misleading_speedups == ()


def test_a_time_difference_that_may_be_noise_is_not_a_false_win(folder: Path) -> None:
    free = pair(scaled(4.0, 0.02), scaled(1.1, -0.4), python=FREE)
    assert side(folder, pair(LOOP, scaled(1.02, -0.01), python=GIL) + free).misleading_speedups == ()


def test_the_largest_false_win_comes_first(folder: Path) -> None:
    more = rounds(scaled(1.02, -0.01), backend="threading", workers=4, python=GIL)
    more += rounds(scaled(3.0, -0.01), backend="threading", workers=4, python=FREE)
    assert [win.slower.workers for win in side(folder, false_win() + more).misleading_speedups] == [4, 2]


def test_gil_states_are_listed_by_interpreter(folder: Path) -> None:
    free = [replace(one, gil=Gil.OFF) for one in pair(LOOP, LOOP, python=FREE)]
    comparison = side(folder, pair(LOOP, LOOP, python=GIL) + free)
    assert (comparison.gils(GIL), comparison.gils(FREE)) == (["on"], ["off"])


@pytest.mark.slow
def test_equally_fast_interpreters_are_seldom_called_slower(folder: Path) -> None:
    """In at most 5 of 100 runs, though the fastest was chosen after looking; Holm's correction alone is not enough."""
    dice = np.random.default_rng(20260102)
    samples = [
        one
        for repeat in range(100)
        for number, seconds in enumerate(np.exp(dice.normal(0, 0.1, (8, 5))).tolist())
        for one in rounds(seconds, **equal(number), params=f'{{"repeat": {repeat}}}')
    ]
    answers = [one.fastest for one in sides(folder, samples)]
    assert len(answers) == 100
    assert sum(bool(fastest and fastest.slower) for fastest in answers) <= 5


def equal(number: int) -> dict[str, Any]:
    """One of eight cases of two interpreters."""
    return {**asyncio(), "workers": number // 2 + 1, "python": (GIL, FREE)[number % 2]}
