import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.case_summary import CaseSummary
from bench.analysis.cold import break_even
from bench.analysis.estimate import point_of
from bench.analysis.summary import summarise
from bench.results.load import load_run
from tests.support.factory import rounds, sample, write_run

SECONDS = st.floats(min_value=1e-6, max_value=10)


def cold_s(pool_s: float, wave_s: float, workers: int, items: int) -> float:
    return pool_s + wave_s * math.ceil(items / workers)


@given(SECONDS, SECONDS, SECONDS, st.integers(1, 64))
def test_break_even_is_the_fewest_items_for_which_a_cold_pool_is_faster(
    pool_s: float, item_s: float, wave_s: float, workers: int
) -> None:
    items = break_even(pool_s, item_s, wave_s, workers)
    if items is None:
        assert wave_s >= workers * item_s
    elif items < 1e6:  # beyond, rounding decides
        assert cold_s(pool_s, wave_s, workers, items) <= items * item_s * (1 + 1e-9)
        before = items - 1
        assert cold_s(pool_s, wave_s, workers, before) >= before * item_s * (1 - 1e-9)


def test_a_single_item_gains_nothing_from_more_workers() -> None:
    assert break_even(pool_s=0.001, item_s=0.015, wave_s=0.015, workers=32) == 2


def test_a_pool_without_cost_or_gain_never_breaks_even() -> None:
    assert break_even(pool_s=0.0, item_s=0.015, wave_s=0.030, workers=2) is None


def summary_of(folder: Path, **facts: float | None) -> CaseSummary:
    """Two threads on 8 items in 0.6 s, against a baseline of 1 s whose start and stop take 0.003 s."""
    threads = [sample(backend="threading", workers=2, round=number, elapsed_s=0.6, **facts) for number in range(3)]
    _, summary = summarise(load_run(write_run(folder / "run", [*rounds([1.0, 1.0, 1.0]), *threads])))
    return summary


def test_cold_speedup_includes_pool_start_and_stop_in_both_times(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, startup_s=0.25, shutdown_s=0.05)
    assert summary.cold_s == pytest.approx(0.9)
    assert point_of(summary.cold_speedup) == pytest.approx(1.003 / 0.9)
    assert point_of(summary.speedup) == pytest.approx(1 / 0.6)


def test_break_even_of_a_case_follows_from_its_medians(tmp_path: Path) -> None:
    """The pool costs 0.297 s more; a wave of two takes 0.15 s, the baseline 0.25 s: break-even in the third wave."""
    assert summary_of(tmp_path, startup_s=0.25, shutdown_s=0.05).break_even_items == 6


def test_without_a_pool_stop_time_cold_figures_are_unknown(tmp_path: Path) -> None:
    summary = summary_of(tmp_path, startup_s=0.25, shutdown_s=None)
    assert (summary.cold_s, summary.cold_speedup, summary.break_even_items) == (None, None, None)


def test_a_pool_stop_time_recorded_only_by_the_last_pass_counts(tmp_path: Path) -> None:
    passes = [sample(round=number, value=value) for number in range(3) for value in range(3)]
    threads = [replace(one, backend="threading", workers=2, startup_s=0.25) for one in passes]
    last_only = [replace(one, shutdown_s=0.5 if one.value == 2 else None) for one in passes + threads]
    _, case = summarise(load_run(write_run(tmp_path, last_only)))
    assert case.cold_s == pytest.approx(1.0 + 0.25 + 0.5)
    assert point_of(case.cold_speedup) == pytest.approx((1.0 + 0.001 + 0.5) / (1.0 + 0.25 + 0.5))
    assert case.trials == 3


def test_only_trials_without_a_pool_stop_time_lack_a_cold_time(tmp_path: Path) -> None:
    passes = rounds([1.0] * 4) + rounds([1.0] * 4, backend="threading", workers=2)
    passes[-1] = replace(passes[-1], shutdown_s=None, elapsed_s=9.0)
    _, case = summarise(load_run(write_run(tmp_path, passes)))
    assert case.cold_s == pytest.approx(1.0 + 0.001 + 0.002)
    assert case.trials == 4
