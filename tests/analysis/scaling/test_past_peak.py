"""Backends that are slower with more workers: when they are found, and what is said to have risen."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bench.analysis.scaling.past_peak import Cost, PastPeak, past_peaks
from bench.analysis.summary import summarise
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import rounds, write_run


def found(folder: Path, samples: list[Sample]) -> list[PastPeak]:
    run = load_run(write_run(folder, samples))
    return past_peaks(run, summarise(run))


def threads(times: Mapping[int, Sequence[float]], **facts: object) -> list[Sample]:
    return [one for workers, of in times.items() for one in rounds(of, backend="threading", workers=workers, **facts)]


def around(seconds: float, seed: int, count: int = 6) -> list[float]:
    dice = random.Random(seed)
    return [seconds * dice.lognormvariate(0, 0.02) for _ in range(count)]


def test_it_says_where_it_turned_and_how_much_slower_the_most_workers_are(tmp_path: Path) -> None:
    times = {1: around(1.0, 1), 2: around(0.6, 2), 4: around(0.5, 3), 8: around(0.7, 4), 16: around(1.5, 5)}
    (past,) = found(tmp_path, [*rounds(around(1.0, 6)), *threads(times)])
    assert (past.fastest, past.turned, past.most) == (4, 8, 16)
    assert past.ratio.point == pytest.approx(3.0, rel=0.05)


def test_counts_that_are_hardly_slower_are_not_past_the_peak(tmp_path: Path) -> None:
    times = {1: around(1.0, 1), 2: around(0.5, 2), 4: around(0.51, 3)}
    assert found(tmp_path, threads(times)) == []


def test_a_fall_that_is_made_up_for_by_more_workers_is_not_past_the_peak(tmp_path: Path) -> None:
    times = {1: around(1.0, 1), 2: around(0.5, 2), 4: around(0.9, 3), 8: around(0.5, 4)}
    assert found(tmp_path, threads(times)) == []


def test_two_trials_cannot_be_sure(tmp_path: Path) -> None:
    assert found(tmp_path, threads({1: [0.5, 0.5], 2: [2.0, 2.0]})) == []


def test_the_same_times_at_all_counts_seldom_seem_past_their_peak(tmp_path: Path) -> None:
    """Each of 6 counts may look fastest by chance; the correction keeps false findings below 5 %."""
    false = 0
    for seed in range(60):
        times = {workers: around(1.0, 100 * seed + workers) for workers in (1, 2, 4, 8, 16, 32)}
        spread = {workers: [second**5 for second in of] for workers, of in times.items()}
        false += bool(found(tmp_path / str(seed), threads(spread)))
    assert false <= 6


def test_what_rose_is_named_with_its_medians(tmp_path: Path) -> None:
    idle = {"cpu_user_s": 0.1, "cpu_system_s": 0.0, "switches_involuntary": 3}
    few = threads({4: around(0.5, 1)}, switches_voluntary=100, **idle)
    many = threads({8: around(1.0, 2)}, switches_voluntary=900, **{**idle, "cpu_user_s": 0.3})
    (past,) = found(tmp_path, [*few, *many])
    rises = {rise.cost: (rise.before, rise.after) for rise in past.rises}
    assert rises == {Cost.CPU: (pytest.approx(0.1), pytest.approx(0.3)), Cost.WAITS: (100, 900)}


def test_unknown_costs_do_not_rise(tmp_path: Path) -> None:
    unknown = {"cpu_user_s": None, "cpu_system_s": None}
    (past,) = found(tmp_path, threads({4: around(0.5, 1), 8: around(1.0, 2)}, **unknown))
    assert past.rises == ()
