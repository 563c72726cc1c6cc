"""Which cases of two runs are compared with each other, and which are not."""

from pathlib import Path
from typing import Any

import pytest

from bench.analysis.change import ChangeVerdict, Doubt
from bench.analysis.compare import CaseChange, Comparison, compare_runs
from bench.results.load import load_run
from bench.schema import Sample, Status
from tests.support.factory import asyncio, failure, multiprocessing, pair, rounds, sample, varied_run, write_run

LOOP = [1.00, 1.01, 0.99, 1.02, 0.98, 1.0]
CASE = [0.50, 0.51, 0.50, 0.49, 0.50, 0.5]
DRIFT = [1.0, 3.0, 1.0, 2.0, 5.0, 1.0]


@pytest.fixture
def compared(tmp_path: Path) -> "Compared":
    return Compared(tmp_path)


class Compared:
    """Compare the samples of two runs after writing them to files and reading them back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, old: list[Sample], new: list[Sample], relative: bool = False) -> Comparison:
        before, after = load_run(write_run(self._folder / "old", old)), load_run(write_run(self._folder / "new", new))
        return compare_runs(before, after, 0.05, relative)


def by(factor: float, times: list[float]) -> list[float]:
    return [time * factor for time in times]


def drifting(times: list[float]) -> list[float]:
    return [time * drift for time, drift in zip(times, DRIFT, strict=True)]


def threading(comparison: Comparison) -> CaseChange:
    return next(case for case in comparison.cases if case.backend == "threading")


def test_each_case_has_both_times_their_ratio_and_a_verdict(compared: Compared) -> None:
    comparison = compared(pair(LOOP, CASE), pair(LOOP, by(1.25, CASE)))
    loop, case = comparison.cases
    assert (loop.backend, loop.finding) == ("sequential", ChangeVerdict.WITHIN)
    assert (case.backend, case.workers, case.finding) == ("threading", 2, ChangeVerdict.SLOWER)
    assert case.change.factor == pytest.approx(case.new_s / case.old_s) == pytest.approx(1.25)
    assert (case.change.old_trials, case.change.new_trials) == (6, 6)
    assert (comparison.old, comparison.new, comparison.same_run) == ("old", "new", False)


def test_the_median_of_a_trials_samples_is_one_observation(compared: Compared) -> None:
    more = [sample(backend="threading", workers=2, value=n, elapsed_s=s) for n, s in ((1, 0.5), (2, 99.0))]
    change = threading(compared(pair([1.0] * 6, [0.5] * 6) + more, pair([1.0] * 6, [0.5] * 6))).change
    assert (change.old_trials, change.factor, change.deterministic) == (6, 1.0, True)


@pytest.mark.parametrize(
    "other",
    [
        {"workload": "other"},
        {"params": '{"n": 2}'},
        {"backend": "multiprocessing"},
        {"options": '{"chunksize": 4}'},
        {"start_method": "spawn"},
        {"async_style": "blocking"},
        {"workers": 3},
    ],
)
def test_different_cases_are_listed_instead_of_compared(compared: Compared, other: dict[str, Any]) -> None:
    facts = {"backend": "threading", "workers": 2}
    comparison = compared(rounds(CASE, **facts), rounds(CASE, **{**facts, **other}))
    assert not comparison.cases and not comparison.not_ok
    assert [case.workers for case in comparison.only_old] == [2]
    assert [getattr(case, name) for case in comparison.only_new for name in other] == [*other.values()]


def test_runs_with_one_interpreter_each_are_compared_across_interpreters(compared: Compared) -> None:
    comparison = compared(rounds(CASE, python="3.11.7"), rounds(CASE, python="3.14.0t"))
    (case,) = comparison.cases
    assert (case.old_python, case.python, comparison.by_interpreter) == ("3.11.7", "3.14.0t", False)


def test_with_several_interpreters_each_is_compared_with_itself(compared: Compared) -> None:
    one, other = rounds(CASE, python="3.11.7"), rounds(by(2, CASE), python="3.14.0t")
    comparison = compared(one + other, one)
    assert [(case.python, case.finding) for case in comparison.cases] == [("3.11.7", ChangeVerdict.WITHIN)]
    assert [case.python for case in comparison.only_old] == ["3.14.0t"]
    assert comparison.by_interpreter


@pytest.mark.parametrize("side", ["old", "new", "both"])
def test_a_case_that_is_not_ok_in_either_run_is_listed_without_a_ratio(compared: Compared, side: str) -> None:
    good = pair(LOOP, CASE)
    bad = [*good, failure(Status.WRONG, "41", backend="threading", workers=2, round=7)]
    comparison = compared(bad if side != "new" else good, bad if side != "old" else good)
    assert [case.backend for case in comparison.cases] == ["sequential"]
    (case,) = comparison.not_ok
    expected = {"old": ("wrong", "41", "ok", None), "new": ("ok", None, "wrong", "41"), "both": ("wrong", "41") * 2}
    assert (case.old_status, case.old_reason, case.new_status, case.new_reason) == expected[side]


def test_every_case_of_either_run_is_in_exactly_one_list(tmp_path: Path) -> None:
    old, new = load_run(varied_run(tmp_path / "a", 4)), load_run(varied_run(tmp_path / "b", 6, seed=2, baseline=False))
    comparison = compare_runs(old, new, 0.05)
    counted = len(comparison.cases) + len(comparison.not_ok) + len(comparison.only_old)
    assert counted == len(old.samples.drop_duplicates(["workload", "backend", "options", "workers"]))
    assert {case.backend for case in comparison.only_old} == {"sequential"}
    assert sum(comparison.counts.values()) == len(comparison.cases)


def test_p_values_of_all_cases_are_corrected_together(compared: Compared) -> None:
    def run(factor: float) -> list[Sample]:
        return [one for number in range(24) for one in rounds(by(factor, LOOP), workload=f"w{number}")]

    comparison = compared(run(1.0), run(2.0))
    assert {case.judgement.doubt for case in comparison.cases} == {Doubt.TOO_FEW_TRIALS}
    assert {case.judgement.rounds_needed for case in comparison.cases} == {7}


def test_a_run_compared_with_itself_shows_no_change(tmp_path: Path) -> None:
    run = load_run(varied_run(tmp_path / "run", 6))
    comparison = compare_runs(run, run, 0.05)
    assert comparison.same_run
    assert {(case.change.factor, case.change.p_value) for case in comparison.cases} == {(1.0, 1.0)}
    assert {case.finding for case in comparison.cases} <= {ChangeVerdict.WITHIN, ChangeVerdict.UNKNOWN}


def test_slower_by_more_than_counts_only_cases_with_a_slower_verdict(compared: Compared) -> None:
    comparison = compared(pair(LOOP, CASE), pair(LOOP, by(1.25, CASE)))
    assert comparison.any_slower_by(0.2)
    assert not comparison.any_slower_by(0.3)
    few = compared(pair(LOOP[:3], CASE[:3]), pair(LOOP[:3], by(9, CASE[:3])))
    assert not few.any_slower_by(0.2)
    assert not compared(pair(LOOP, CASE), pair(LOOP, by(0.5, CASE))).any_slower_by(0)


class TestRelative:
    def test_slowness_of_a_whole_round_cancels_out(self, compared: Compared) -> None:
        old, new = pair(drifting(LOOP), drifting(CASE)), pair(drifting(LOOP), drifting(by(1.25, CASE)))
        assert threading(compared(old, new)).finding is ChangeVerdict.UNKNOWN
        case = threading(compared(old, new, relative=True))
        assert case.finding is ChangeVerdict.SLOWER
        assert case.change.factor == pytest.approx(1.25)

    def test_slowness_shared_with_the_baseline_shows_in_the_baselines_row(self, compared: Compared) -> None:
        old, new = pair(LOOP, CASE), pair(by(2, LOOP), by(2, CASE))
        loop, case = compared(old, new, relative=True).cases
        assert (loop.finding, case.finding) == (ChangeVerdict.SLOWER, ChangeVerdict.WITHIN)
        assert case.new_s / case.old_s == pytest.approx(2)

    def test_only_rounds_with_the_baseline_count(self, compared: Compared) -> None:
        change = threading(compared(pair(LOOP, CASE), pair(LOOP[:4], CASE), relative=True)).change
        assert (change.old_trials, change.new_trials) == (6, 4)

    def test_without_the_baseline_a_relative_change_is_unknown(self, compared: Compared) -> None:
        alone = rounds(CASE, backend="threading", workers=2)
        case = threading(compared(pair(LOOP, CASE), alone, relative=True))
        assert (case.change.ratio, case.judgement.doubt) == (None, Doubt.NO_PAIR)
        assert case.new_s == pytest.approx(0.5, rel=0.01)


def test_start_methods_and_async_styles_are_distinct_cases(compared: Compared) -> None:
    both = (
        rounds(CASE, **multiprocessing("fork")) + rounds(CASE, **multiprocessing("spawn")) + rounds(CASE, **asyncio())
    )
    assert len(compared(both, both).cases) == 3


class TestAutomaticRelativeChanges:
    def test_a_change_seen_only_relative_to_the_baseline_is_listed_separately(self, compared: Compared) -> None:
        old, new = pair(drifting(LOOP), drifting(CASE)), pair(drifting(LOOP), drifting(by(1.25, CASE)))
        comparison = compared(old, new)
        (case,) = comparison.only_relative
        assert threading(comparison).finding is ChangeVerdict.UNKNOWN
        assert (case.backend, case.finding) == ("threading", ChangeVerdict.SLOWER)
        assert case.change.factor == pytest.approx(1.25)

    def test_a_change_in_absolute_times_is_not_listed_twice(self, compared: Compared) -> None:
        assert compared(pair(LOOP, CASE), pair(LOOP, by(1.25, CASE))).only_relative == ()


def test_a_case_that_is_no_longer_ok_is_newly_failing(compared: Compared) -> None:
    broken = [*rounds(LOOP), failure(backend="threading", workers=2)]
    assert [case.backend for case in compared(pair(LOOP, CASE), broken).newly_failing] == ["threading"]
    assert not compared(broken, pair(LOOP, CASE)).newly_failing
    assert not compared(broken, broken).newly_failing
