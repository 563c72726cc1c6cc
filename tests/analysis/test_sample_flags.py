"""Flags of single samples, and the median costs of a case."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.analysis.latencies import latencies
from bench.analysis.sample_flags import flagged_samples
from bench.analysis.summary import summarise
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import failure, rounds, sample, write_run


def flagged(folder: Path, samples: list[Sample]) -> list[tuple[float, bool, bool]]:
    flags = flagged_samples(load_run(write_run(folder, samples)))
    return list(zip(flags["relative"], flags["outlier"], flags["contaminated"], strict=True))


def test_times_are_relative_to_the_median_of_their_case(tmp_path: Path) -> None:
    samples = [*rounds([1.0, 2.0, 4.0]), *rounds([10.0, 30.0, 20.0], backend="threading")]
    assert sorted(relative for relative, _, _ in flagged(tmp_path, samples)) == [0.5, 0.5, 1.0, 1.0, 1.5, 2.0]


def test_every_pass_of_an_outlying_trial_is_flagged(tmp_path: Path) -> None:
    samples = [
        sample(round=number, value=value, elapsed_s=3.0 if number == 5 else 1.0 + number / 100)
        for number in range(6)
        for value in (0, 1)
    ]
    assert [outlier for _, outlier, _ in flagged(tmp_path, samples)].count(True) == 2


def test_a_sample_that_is_not_ok_has_no_time_and_no_flags(tmp_path: Path) -> None:
    ((relative, outlier, contaminated),) = flagged(tmp_path, [failure(foreign_cpu=0.9)])
    assert np.isnan(relative)
    assert not outlier
    assert not contaminated


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(seconds=st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=12))
def test_the_median_relative_time_is_one(tmp_path: Path, seconds: list[float]) -> None:
    flags = flagged(tmp_path, rounds(seconds))
    assert len(flags) == len(seconds)
    assert np.median([relative for relative, _, _ in flags]) == pytest.approx(1.0)


def test_latencies_are_medians_over_ok_samples_that_have_them(tmp_path: Path) -> None:
    known = [
        sample(round=number, latency_p50_s=half, latency_p95_s=0.5, latency_p99_s=0.6, latency_max_s=0.7)
        for number, half in enumerate([0.1, 0.3, 0.2])
    ]
    run = load_run(write_run(tmp_path, [*known, sample(round=3), *rounds([1.0], backend="threading")]))
    assert list(latencies(run).values()) == [[(0.2, 0.5), (0.5, 0.95), (0.6, 0.99), (0.7, 1.0)]]


def test_cpu_seconds_and_context_switches_are_medians_or_none_if_unknown(tmp_path: Path) -> None:
    costs = [(0.5, 0.25, 10, 5), (0.25, 0.25, 20, 0), (1.0, 1.0, 90, 10)]
    names = ("cpu_user_s", "cpu_system_s", "switches_voluntary", "switches_involuntary")
    samples = [sample(round=number, **dict(zip(names, cost, strict=True))) for number, cost in enumerate(costs)]
    bare = sample(backend="threading", cpu_user_s=None)
    loop, threads = summarise(load_run(write_run(tmp_path, [*samples, bare])))
    assert (loop.cpu_s, loop.switches) == (0.75, 20)
    assert (threads.cpu_s, threads.switches) == (None, None)
