"""Trials are compared cycle by cycle, and each of them counts once."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.analysis.intervals import Ratio
from bench.analysis.pairing import logs_over_reference, speedup_of, time_ratio
from bench.analysis.summary import summarise
from bench.analysis.trials import CaseTrials, trials_by_case
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import failure, lockstep, rounds, sample, write_run

THREADS: dict[str, Any] = {"backend": "threading", "workers": 2}
TIME = st.floats(1e-3, 1e3)
LOOP = [[1.0, 1.1, 0.9], [1.2, 1.0, 1.0], [0.9, 1.0, 1.1]]
CASE = [[0.5, 0.6, 0.5], [0.5, 0.5, 0.6], [0.4, 0.5, 0.5]]


def tables(cycles: int) -> st.SearchStrategy[list[list[float]]]:
    """Times by round and cycle."""
    return st.lists(st.lists(TIME, min_size=cycles, max_size=cycles), min_size=4, max_size=4)


def trials_of(samples: Sequence[Sample]) -> list[CaseTrials]:
    with TemporaryDirectory() as folder:
        run = load_run(write_run(Path(folder) / "run", samples))
    return list(trials_by_case(run).values())


def speedup(samples: Sequence[Sample]) -> Ratio:
    """The speedup of the case measured second over the baseline, measured first."""
    baseline, case = trials_of(samples)
    ratio = speedup_of(case, baseline)
    assert ratio is not None
    return ratio


def ends(estimate: Estimate | None) -> tuple[float, float, float]:
    assert estimate is not None and estimate.low is not None and estimate.high is not None
    return estimate.low, estimate.point, estimate.high


def summaries(samples: Sequence[Sample]) -> list[CaseSummary]:
    with TemporaryDirectory() as folder:
        return summarise(load_run(write_run(Path(folder) / "run", samples)))


def both(loop: Sequence[Sequence[float]], case: Sequence[Sequence[float]], **facts: Any) -> list[Sample]:
    return [*lockstep(loop, **facts), *lockstep(case, **THREADS, **facts)]


def test_a_trial_is_the_mean_of_the_logarithms_of_its_cycles() -> None:
    logs = [
        fmean(math.log(a / b) for a, b in zip(one, other, strict=True)) for one, other in zip(LOOP, CASE, strict=True)
    ]
    ratio = speedup(both(LOOP, CASE))
    assert ratio.point == pytest.approx(math.exp(fmean(logs)))
    assert ratio.pairs == 3
    half = 4.302652729911275 * float(np.std(logs, ddof=1)) / math.sqrt(3)  # Student's t with 2 degrees of freedom
    assert ends(ratio)[::2] == pytest.approx((math.exp(fmean(logs) - half), math.exp(fmean(logs) + half)))


@settings(max_examples=30)
@given(tables(3), tables(3), tables(3))
def test_the_machines_speed_in_a_cycle_cancels_out(
    loop: list[list[float]], case: list[list[float]], speeds: list[list[float]]
) -> None:
    def slowed(times: list[list[float]]) -> list[list[float]]:
        return [[a * b for a, b in zip(one, by, strict=True)] for one, by in zip(times, speeds, strict=True)]

    steady, varying = speedup(both(loop, case)), speedup(both(slowed(loop), slowed(case)))
    assert ends(varying) == pytest.approx(ends(steady), rel=1e-9)


@settings(max_examples=30)
@given(tables(2), tables(2), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(loop: list[list[float]], case: list[list[float]], dice: Any) -> None:
    samples = both(loop, case)
    shuffled = dice.sample(samples, len(samples))
    (_, one), (_, other) = summaries(samples), summaries(shuffled)
    assert ends(one.speedup) == pytest.approx(ends(other.speedup), rel=1e-9)
    assert (one.trials, one.paired_rounds, one.median_s) == (other.trials, other.paired_rounds, other.median_s)


@settings(max_examples=30)
@given(tables(2), tables(2), st.integers(2, 5))
def test_more_cycles_of_the_same_times_do_not_narrow_an_interval(
    loop: list[list[float]], case: list[list[float]], times: int
) -> None:
    once = speedup(both(loop, case))
    repeated = speedup(both([one * times for one in loop], [one * times for one in case]))
    assert ends(repeated) == pytest.approx(ends(once), rel=1e-9)
    assert repeated.pairs == once.pairs == 4


@settings(max_examples=30)
@given(tables(2), tables(2))
def test_swapping_the_cases_inverts_their_ratio(loop: list[list[float]], case: list[list[float]]) -> None:
    baseline, threads = trials_of(both(loop, case))
    low, point, high = ends(time_ratio(baseline, threads))
    assert ends(time_ratio(threads, baseline)) == pytest.approx((1 / high, 1 / point, 1 / low), rel=1e-9)


def test_only_the_cycles_of_both_are_compared() -> None:
    samples = [*lockstep([[9.0, 1.0]] * 3), *lockstep([[1.0, 0.5, 7.0]] * 3, **THREADS)]
    kept = [one for one in samples if one.backend == "threading" or one.value == 1]
    assert ends(speedup(kept)) == pytest.approx((2, 2, 2))


def test_a_trial_without_a_common_cycle_is_not_compared() -> None:
    samples = [*lockstep([[1.0, 1.0]] * 4), *lockstep([[0.5, 0.5]] * 4, **THREADS)]
    parted = [one for one in samples if one.round < 3 or (one.backend == "threading") == bool(one.value)]
    assert speedup(parted).pairs == 3


def test_a_baseline_has_a_trial_in_each_group_and_cases_are_compared_with_their_own() -> None:
    loops = [rounds([1.0] * 3, group=0), rounds([3.0] * 3, group=1)]
    cases = [rounds([1 / workers] * 3, group=workers // 4, backend="threading", workers=workers) for workers in (2, 4)]
    baseline, two, four = summaries([one for samples in loops + cases for one in samples])
    assert (baseline.trials, baseline.paired_rounds, baseline.median_s) == (6, 6, 2.0)
    assert (two.baseline_s, four.baseline_s) == (1.0, 3.0)
    assert ends(two.speedup) == pytest.approx((2, 2, 2))
    assert ends(four.speedup) == pytest.approx((12, 12, 12))


def test_a_group_of_another_round_or_run_is_not_the_same() -> None:
    samples = [*rounds([1.0] * 3, group=1), *rounds([0.5] * 3, group=2, **THREADS)]
    assert summaries(samples)[1].speedup is None
    assert summaries([replace(one, group=0) for one in samples])[1].speedup is not None
    apart = [replace(one, group=0, run=one.backend) for one in samples]
    assert summaries(apart)[1].speedup is None


def test_two_groups_of_a_round_are_two_trials() -> None:
    """As after an interruption: the case was measured again, in another group with a baseline of its own."""
    again = [sample(group=1, elapsed_s=1.0), sample(group=1, elapsed_s=0.25, **THREADS)]
    ratio = speedup([*both([[1.0]] * 2, [[0.5]] * 2), *again])
    assert ratio.pairs == 3
    assert ratio.point == pytest.approx((2 * 2 * 4) ** (1 / 3))


def test_a_trial_that_failed_in_a_later_cycle_is_left_out_as_a_whole() -> None:
    samples = both([[1.0, 1.0]] * 4, [[0.5, 0.5]] * 4)
    failed = [one for one in samples if (one.backend, one.round, one.value) != ("sequential", 3, 1)]
    assert speedup([*failed, failure(round=3, value=1)]).pairs == 3


def test_cases_that_never_shared_a_group_are_compared_round_by_round() -> None:
    """The mean of both trials counts if one of them has two in a round."""
    times = [1.0, 2.0, 4.0]
    samples = [*rounds(times, group=0), *rounds([16 * one for one in times], group=2)]
    one, other = trials_of([*samples, *rounds([one / 2 for one in times], group=1, **THREADS)])
    assert speedup_of(other, one) is None
    assert ends(time_ratio(one, other)) == pytest.approx((8, 8, 8))


@settings(max_examples=30)
@given(tables(2), tables(2))
def test_times_over_the_reference_do_not_depend_on_the_machines_speed(
    case: list[list[float]], speeds: list[list[float]]
) -> None:
    factors = [factor for one in speeds for factor in one]
    plain = [replace(one, reference_s=0.1) for one in lockstep(case)]
    slowed = [
        replace(one, elapsed_s=(one.elapsed_s or 0) * factor, reference_s=0.1 * factor)
        for one, factor in zip(plain, factors, strict=True)
    ]
    (steady,), (varying,) = trials_of(plain), trials_of(slowed)
    assert logs_over_reference(varying).logs == pytest.approx(logs_over_reference(steady).logs, abs=1e-9)


@pytest.mark.parametrize("unknown", [None, 0.0])
def test_trials_without_a_reference_have_no_time_relative_to_it(unknown: float | None) -> None:
    (trials,) = trials_of([replace(one, reference_s=0.5 if one.round else unknown) for one in lockstep(LOOP)])
    assert len(logs_over_reference(trials).logs) == 2
