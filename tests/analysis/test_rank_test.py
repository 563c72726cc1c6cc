"""The permutation test: against known answers, against SciPy, and its smallest p-value."""

import csv
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bench.analysis.rank_test import Logs, permutation_p, rank_p, rounds_needed, smallest_p
from tests.support.paths import REFERENCE

TIMES = st.lists(st.floats(min_value=-5, max_value=5), min_size=2, max_size=6)  # SciPy needs at least 2


def reference(name: str) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads((REFERENCE / name).read_text())
    return answers


def process_logs(arm: str) -> Logs:
    """The logarithm of the mean over the samples of each process."""
    samples: dict[str, list[float]] = {}
    with (REFERENCE / "nested_samples.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["arm"].partition("_")[0] == arm:
                samples.setdefault(row["process"], []).append(float(row["ms"]))
    return np.log([np.mean(times) for times in samples.values()], dtype=float)


def by_scipy(old: Logs, new: Logs) -> float:
    done = stats.permutation_test((old, new), lambda one, other: np.mean(other) - np.mean(one), n_resamples=10_000)
    return float(done.pvalue)


@pytest.mark.parametrize("other", ["A2", "B"])
def test_nested_samples_have_the_known_p_value_of_their_means(other: str) -> None:
    expected = reference("nested_expected.json")[f"A_vs_{other}"]["process_permutation_exact_p"]
    assert permutation_p(process_logs("A"), process_logs(other)) == pytest.approx(expected)


@pytest.mark.parametrize("case", ["json", "gob"])
def test_on_ranks_it_equals_the_exact_mann_whitney_test_with_ties(case: str) -> None:
    known = reference("mannwhitney_benchstat.json")["cases"][case]
    assert rank_p(np.array(known["old"], dtype=float), np.array(known["new"], dtype=float)) == pytest.approx(
        known["exact_with_ties"]
    )


def test_the_smallest_p_value_per_number_of_trials_is_the_known_one() -> None:
    for trials, expected in reference("mannwhitney_benchstat.json")["min_two_sided_p_by_n"].items():
        assert smallest_p(int(trials), int(trials)) == pytest.approx(expected)


@settings(max_examples=30)
@given(TIMES, TIMES)
def test_the_p_value_equals_scipys_for_groups_of_any_size(old: list[float], new: list[float]) -> None:
    one, other = np.round(old, 3), np.round(new, 3)
    assert permutation_p(one, other) == pytest.approx(by_scipy(one, other))


@given(TIMES, TIMES)
def test_the_p_value_is_a_probability_invariant_to_swapping_and_scale(old: list[float], new: list[float]) -> None:
    one, other = np.round(old, 3), np.round(new, 3)
    p_value = permutation_p(one, other)
    assert smallest_p(len(old), len(new)) <= p_value <= 1
    assert permutation_p(other, one) == pytest.approx(p_value)
    assert permutation_p(one + 3, other + 3) == pytest.approx(p_value)


@pytest.mark.parametrize("sizes", [(3, 3), (2, 40), (10, 10)])
def test_groups_that_do_not_overlap_have_the_smallest_p_value(sizes: tuple[int, int]) -> None:
    old, new = np.linspace(0, 0.01, sizes[0]), np.linspace(9, 9.01, sizes[1])
    assert rank_p(old, new) == pytest.approx(smallest_p(*sizes))


@pytest.mark.parametrize("trials", [4, 7, 40])
def test_equal_times_have_a_p_value_of_one(trials: int) -> None:
    assert rank_p(np.zeros(trials), np.zeros(7)) == 1
    assert rank_p(np.full(trials, np.log(0.1)), np.full(trials, np.log(0.1))) == 1


def test_for_many_trials_it_equals_scipys_mann_whitney_test() -> None:
    dice = np.random.default_rng(1)
    old, new = dice.normal(0, 1, 40), dice.normal(0.5, 1, 35)
    assert rank_p(old, new) == pytest.approx(stats.mannwhitneyu(old, new).pvalue)


def test_more_cases_need_more_rounds() -> None:
    assert [rounds_needed(cases, 0.05) for cases in (1, 6, 7, 23, 24, 80)] == [5, 5, 6, 6, 7, 7]
    assert rounds_needed(1_000_000, 0.05) is None
