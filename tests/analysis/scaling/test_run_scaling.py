"""Throughputs of a run: what is a point, and in which unit."""

import math
from pathlib import Path

import pytest

from bench.analysis.scaling.laws import Law, Refusal
from bench.analysis.scaling.run_scaling import Scaling, scaling_of_table, scalings_of_run
from bench.analysis.summary import summarise
from bench.results.load import load_run
from bench.results.throughput_table import Throughput
from bench.schema import Bound, Sample, Status
from tests.support.factory import failure, multiprocessing, rounds, write_run

COUNTS = (1, 2, 4, 8, 16, 32)
LOOP = [2.0, 3.0, 2.5]


def scalings(folder: Path, samples: list[Sample], cores: int | None = None) -> list[Scaling]:
    return scalings_of_run(summarise(load_run(write_run(folder, samples))), cores)


def threads(workers: int, factor: float) -> list[Sample]:
    return rounds([factor * seconds for seconds in LOOP], backend="threading", workers=workers)


def test_throughput_is_the_speedup_times_the_baselines_items_per_second(tmp_path: Path) -> None:
    (one,) = scalings(tmp_path, [*rounds(LOOP), *threads(1, 1.0), *threads(4, 0.25)])
    assert [point.workers for point in one.points] == [1, 4]
    baseline = 8 / 2.5
    assert [point.throughput.point for point in one.points] == pytest.approx([baseline, 4 * baseline])
    assert one.points[1].throughput.interval == pytest.approx((4 * baseline, 4 * baseline))
    assert [fit.refused for fit in one.fits] == [Refusal.TOO_FEW] * 2


def test_each_backend_has_a_law_of_its_own(tmp_path: Path) -> None:
    samples = rounds(LOOP)
    for workers in COUNTS:
        samples += threads(workers, 0.2 + 0.8 / workers)
        samples += rounds([seconds / workers for seconds in LOOP], workers=workers, **multiprocessing())
    processes, by_threads = scalings(tmp_path, samples)
    amdahl = next(fit for fit in by_threads.fits if fit.law is Law.AMDAHL)
    assert amdahl.alpha is not None and amdahl.alpha.point == pytest.approx(0.2)
    assert processes.config and processes.config.backend == "multiprocessing"
    assert {fit.refused for fit in processes.fits} <= {Refusal.ALPHA_ZERO, Refusal.BETA_ZERO}


def test_without_a_baseline_throughput_is_that_of_the_median_time(tmp_path: Path) -> None:
    (one,) = scalings(tmp_path, [*threads(1, 1.0), *threads(2, 0.5)])
    assert [point.throughput.point for point in one.points] == pytest.approx([8 / 2.5, 16 / 2.5])


def test_cases_without_a_result_are_left_out(tmp_path: Path) -> None:
    (one,) = scalings(
        tmp_path, [*rounds(LOOP), *threads(1, 1.0), failure(Status.ERROR, backend="threading", workers=2)]
    )
    assert [point.workers for point in one.points] == [1]


@pytest.mark.parametrize(("bound", "cores", "expected"), [(Bound.CPU, 2, 2), (Bound.CPU, 4, None), (Bound.IO, 2, None)])
def test_computing_with_more_workers_than_cores_is_noted(
    tmp_path: Path, bound: Bound, cores: int, expected: int | None
) -> None:
    (one,) = scalings(tmp_path, rounds(LOOP, backend="threading", workers=4, bound=bound), cores)
    assert one.computes_beyond == expected


def test_a_table_is_one_scaling_with_its_rows_as_points() -> None:
    rows = [Throughput(workers, 10 * math.sqrt(workers)) for workers in (1, 2, 2, 3, 4, 5, 6)]
    table = scaling_of_table("load.csv", rows)
    assert (table.name, table.subject, table.config, len(table.points)) == ("load.csv", None, None, 7)
    assert [fit.points for fit in table.fits] == [7, 7]
