"""From samples to speedups: what counts, what is paired, and what is never a result."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate, point_of
from bench.analysis.summary import ideal_speedup, summarise
from bench.results.load import Run, load_run
from bench.schema import Bound, Sample, Status
from tests.support.factory import asyncio, failure, multiprocessing, pair, rounds, sample, write_run


@pytest.fixture
def read(tmp_path: Path) -> "Reader":
    return Reader(tmp_path / "run")


def flat(summary: CaseSummary) -> dict[str, Any]:
    """The fields of a summary, with a field for each part of its estimates."""
    fields: dict[str, Any] = {}
    for name, value in asdict(summary).items():
        if name == "metrics":
            continue
        parts = value if isinstance(value, dict) else {"": value}
        fields |= {f"{name} {part}": figure for part, figure in parts.items()}
    return fields


class Reader:
    """Summarise samples that are written to a file and read back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, samples: list[Sample]) -> Run:
        return load_run(write_run(self._folder, samples))

    def __call__(self, samples: list[Sample]) -> list[CaseSummary]:
        return summarise(self.run(samples))


def test_speedup_is_baseline_time_over_case_time(read: Reader) -> None:
    baseline, case = read(pair([1.0, 2.0, 3.0], [0.5, 1.0, 1.6], workers=4))
    assert case.speedup and case.speedup.interval
    low, high = case.speedup.interval
    assert case.speedup.point == pytest.approx((2 * 2 * 3 / 1.6) ** (1 / 3))
    assert low < case.speedup.point < high
    assert baseline.speedup == Estimate(1.0, None, None)
    assert (case.trials, case.paired_rounds, case.median_s, case.baseline_s) == (3, 3, 1.0, 2.0)


def test_efficiency_is_speedup_per_worker_with_its_interval(read: Reader) -> None:
    case = read(pair([1.0, 2.0, 3.0], [0.5, 1.0, 1.6], workers=4))[1]
    assert case.speedup and case.efficiency and case.speedup.interval
    assert case.efficiency.point == case.speedup.point / 4
    assert case.efficiency.interval == tuple(end / 4 for end in case.speedup.interval)


def test_the_median_of_a_trials_samples_is_one_observation(read: Reader) -> None:
    samples = pair([1.0, 1.0, 1.0], [0.5, 0.5, 0.5])
    more = [sample(backend="threading", workers=2, value=n, elapsed_s=s) for n, s in ((1, 0.5), (2, 99.0))]
    case = read(samples + more)[1]
    assert (case.trials, point_of(case.speedup), case.deterministic) == (3, 2.0, True)


def test_a_case_is_paired_with_the_baseline_of_its_own_round(read: Reader) -> None:
    """Drift shared by both cases of a round cancels out."""
    case = read(pair([1.0, 10.0, 100.0], [0.5, 5.0, 50.0]))[1]
    assert case.speedup and case.speedup.interval == pytest.approx((2, 2))


def test_rounds_missing_on_either_side_are_left_out(read: Reader) -> None:
    baseline, case = read(pair([1.0, 1.0, 1.0, 7.0], [0.5, 0.5, 0.5]))
    assert (case.paired_rounds, case.baseline_s, point_of(case.speedup)) == (3, 1.0, 2.0)
    assert baseline.trials == 4


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OK])
def test_a_case_that_failed_once_has_no_result(read: Reader, status: Status) -> None:
    samples = pair([1.0] * 5, [0.1] * 4)
    case = read([*samples, failure(status, "because", backend="threading", workers=2, round=4)])[1]
    assert (case.status, case.reason, case.trials, case.failed) == (status, "because", 4, 1)
    assert (case.speedup, case.efficiency) == (None, None)


def test_a_trial_fails_if_its_last_pass_fails(read: Reader) -> None:
    samples = pair([1.0] * 3, [0.1] * 3)
    case = read([*samples, failure(backend="threading", workers=2, round=2, value=1)])[1]
    assert (case.trials, case.failed, case.speedup) == (2, 1, None)


def test_the_first_of_several_failures_is_reported(read: Reader) -> None:
    facts = {"backend": "threading", "workers": 2}
    failures = [failure(Status.TIMEOUT, "slow", round=0, **facts), failure(Status.WRONG, "41", round=1, **facts)]
    case = read([*rounds([1.0, 1.0]), *failures])[1]
    assert (case.status, case.reason, case.failed) == ("timeout", "slow", 2)


def test_errors_are_never_timed_as_results(read: Reader) -> None:
    """A failure within a microsecond does not make a case fast."""
    case = read([*rounds([1.0] * 3), *(failure(backend="asyncio", round=n, elapsed_s=1e-6) for n in range(3))])[1]
    assert (case.speedup, case.median_s, case.parallelism) == (None, None, None)


def test_rounds_with_a_failed_baseline_are_not_paired(read: Reader) -> None:
    samples = [*pair([1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.1]), failure(round=3)]
    baseline, case = read(samples)
    assert (baseline.status, baseline.speedup) == ("error", None)
    assert (point_of(case.speedup), case.paired_rounds) == (2.0, 3)


def test_without_a_baseline_there_is_no_speedup(read: Reader) -> None:
    (case,) = read(rounds([1.0, 1.0, 1.0], backend="threading"))
    assert (case.speedup, case.efficiency, case.baseline_s, case.median_s) == (None, None, None, 1.0)


@pytest.mark.parametrize("other", [{"workload": "b"}, {"params": '{"n": 2}'}, {"python": "3.13.1t"}, {"run": "b"}])
def test_a_baseline_of_other_work_is_not_used(read: Reader, other: dict[str, str]) -> None:
    summaries = read(rounds([1.0] * 3) + rounds([0.5] * 3, backend="threading", workers=2, **other))
    assert [case.speedup for case in summaries if case.backend == "threading"] == [None]


def test_fewer_than_three_rounds_have_no_interval(read: Reader) -> None:
    case = read(pair([1.0, 1.1], [0.5, 0.6]))[1]
    assert case.speedup and case.efficiency
    assert not case.speedup.has_interval and not case.efficiency.has_interval and not case.deterministic


def test_parallelism_is_cpu_time_over_wall_time_of_a_trial(read: Reader) -> None:
    passes = [(1.0, 1.5), (1.0, 1.8), (2.0, 2.0)]
    samples = [
        sample(round=n, elapsed_s=wall, cpu_user_s=cpu - 0.1, cpu_system_s=0.1) for n, (wall, cpu) in enumerate(passes)
    ]
    assert read(samples)[0].parallelism == pytest.approx(1.5)


def test_unmeasured_figures_are_unknown_rather_than_zero(read: Reader) -> None:
    unknown = {"cpu_user_s": None, "peak_rss_bytes": None, "startup_s": None, "items": None, "gil": None}
    (case,) = read(rounds([1.0] * 3, **unknown))
    assert (case.parallelism, case.peak_rss_bytes, case.startup_s, case.items, case.gil) == (None,) * 5


def test_cases_are_sorted_by_workload_baseline_backend_options_and_workers(read: Reader) -> None:
    samples = [
        *(sample(workload="b", backend="threading", workers=workers) for workers in (10, 2)),
        sample(workload="b", **multiprocessing("spawn")),
        sample(workload="b", **multiprocessing("fork")),
        sample(workload="b", **asyncio()),
        sample(workload="b"),
        sample(workload="a", **asyncio()),
    ]
    order = [(case.workload, case.backend, case.start_method, case.workers) for case in read(samples)]
    assert order == [
        ("a", "asyncio", None, 1),
        ("b", "sequential", None, 1),
        ("b", "asyncio", None, 1),
        ("b", "multiprocessing", "fork", 1),
        ("b", "multiprocessing", "spawn", 1),
        ("b", "threading", None, 2),
        ("b", "threading", None, 10),
    ]


def test_the_order_of_rows_does_not_matter(read: Reader) -> None:
    samples = pair([1.0, 2.0, 3.0], [0.5, 1.0, 1.6]) + rounds([0.9, 2.1, 3.0], **asyncio())
    for forward, reversed_ in zip(read(samples), read(samples[::-1]), strict=True):
        assert flat(forward) == pytest.approx(flat(reversed_))


@settings(max_examples=20, deadline=None)
@given(st.floats(min_value=1e-3, max_value=1e3))
def test_speedups_do_not_depend_on_machine_speed(tmp_path_factory: pytest.TempPathFactory, factor: float) -> None:
    times = ([1.0, 2.0, 3.0], [0.5, 1.0, 1.6])
    read = Reader(tmp_path_factory.mktemp("runs"))
    original = read(pair(*times))[1]
    scaled = read(pair(*([time * factor for time in series] for series in times)))[1]
    assert scaled.speedup and original.speedup
    assert [scaled.speedup.point, scaled.speedup.low] == pytest.approx([original.speedup.point, original.speedup.low])


@pytest.mark.parametrize(
    ("items", "workers", "ideal"), [(8, 1, 1), (8, 4, 4), (8, 3, 8 / 3), (5, 4, 2.5), (50, 32, 25), (3, 8, 3)]
)
def test_the_ideal_speedup_counts_whole_waves_of_equal_tasks(items: int, workers: int, ideal: float) -> None:
    assert ideal_speedup(items, workers) == pytest.approx(ideal)


@given(st.integers(1, 500), st.integers(1, 500))
def test_the_ideal_speedup_exceeds_neither_workers_nor_items(items: int, workers: int) -> None:
    assert 1 <= ideal_speedup(items, workers) <= min(items, workers)


def test_the_critical_path_of_waiting_work_is_the_baseline_time_of_the_largest_share(read: Reader) -> None:
    baseline, case = read(pair([1.0, 2.0, 3.0], [0.5, 1.0, 1.6], workers=3, bound=Bound.IO))
    assert case.ideal_speedup == pytest.approx(8 / 3)
    assert case.critical_path_s == pytest.approx(2.0 / 8 * 3)
    assert (baseline.ideal_speedup, baseline.critical_path_s) == (None, None)


def test_computing_work_has_an_ideal_speedup_and_no_critical_path(read: Reader) -> None:
    case = read(pair([1.0, 2.0, 3.0], [0.5, 1.0, 1.6], workers=3))[1]
    assert case.ideal_speedup == pytest.approx(8 / 3)
    assert case.critical_path_s is None


def test_without_a_baseline_or_item_count_there_is_no_critical_path(read: Reader) -> None:
    (alone,) = read(rounds([1.0] * 3, backend="threading", workers=2, bound=Bound.IO))
    assert (alone.ideal_speedup, alone.critical_path_s) == (2.0, None)
    uncounted = [replace(one, items=None) for one in pair([1.0] * 3, [0.5] * 3, bound=Bound.IO)]
    case = read(uncounted)[1]
    assert (point_of(case.speedup), case.ideal_speedup, case.critical_path_s) == (2.0, None, None)


def test_a_computing_case_has_the_ceiling_of_its_workers(tmp_path: Path) -> None:
    ceilings = [
        {"round": number, "workers": workers, "alone_s": 0.75 + 0.05 * number, "together_s": 1.0}
        for number in range(3)
        for workers in (2, 4)
    ]
    samples = pair([1.0] * 3, [0.5, 0.52, 0.48]) + rounds([0.5] * 3, backend="threading", workers=8)
    samples += rounds([0.5] * 3, backend="threading", workers=3)
    baseline, two, three, eight = summarise(load_run(write_run(tmp_path, samples, {"ceilings": ceilings})))
    assert two.ceiling and two.ceiling.interval and two.speedup
    low, high = two.ceiling.interval
    assert low < 1.5 < two.ceiling.point < 1.7 < high
    assert two.efficiency_of_ceiling == two.speedup.point / two.ceiling.point
    for without in (baseline, three):
        assert (without.ceiling, without.efficiency_of_ceiling) == (None, None)
    assert eight.ceiling and eight.ceiling.point == 2 * two.ceiling.point, "that of the largest count, 4"


def test_without_items_or_workers_there_is_no_ideal_speedup() -> None:
    with pytest.raises(ValueError, match="0 items for 2 workers"):
        ideal_speedup(0, 2)
