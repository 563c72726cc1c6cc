"""Exports for pytest-benchmark."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_benchmark.stats import Stats

from bench.output.export.to_pytest_benchmark import statistics_of
from tests.support.exporting import EVIL, exported, parsed
from tests.support.factory import asyncio, failure, pair

LOOP, HALF = [1.0, 1.1, 0.9, 1.0], [0.5, 0.56, 0.44, 0.5]


def stats_of(seconds: list[float]) -> Any:
    theirs: Any = Stats  # whose methods have no type hints
    stats = theirs()
    for value in seconds:
        stats.update(value)
    return stats


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=40))
def test_the_statistics_are_those_of_pytest_benchmark(seconds: list[float]) -> None:
    theirs = stats_of(seconds)
    ours = statistics_of(seconds)
    assert set(theirs.fields) | {"data", "iterations"} == set(ours)
    for name in ("min", "max", "mean", "stddev", "rounds", "median", "q1", "q3", "total", "ops"):
        assert ours[name] == pytest.approx(getattr(theirs, name), rel=1e-9, abs=1e-12), name
    assert ours["stddev_outliers"] == theirs.stddev_outliers
    assert ours["data"] == seconds


@pytest.mark.parametrize(
    "seconds", [[1.0, 2.0, 3.0, 4.0, 50.0], [1.0, 1.0, 1.0, 9.0], [3.0], [1.0, 2.0], [5.0, 1.0, 4.0, 2.0, 3.0, 90.0]]
)
def test_the_outliers_are_those_of_pytest_benchmark(seconds: list[float]) -> None:
    theirs = stats_of(seconds)
    ours = statistics_of(seconds)
    for name in ("iqr", "iqr_outliers", "outliers", "ld15iqr", "hd15iqr"):
        assert ours[name] == getattr(theirs, name), name


def test_a_benchmark_has_the_trials_and_the_results_of_its_case(tmp_path: Path) -> None:
    saved = parsed(exported(tmp_path, "pytest-benchmark", pair(LOOP, HALF)))
    baseline, threads = saved["benchmarks"]
    assert baseline["stats"]["data"] == LOOP
    assert (threads["name"], threads["group"]) == ("work threading x2", "work")
    assert threads["extra_info"]["speedup"] == pytest.approx(2.0, rel=0.01)
    assert saved["machine_info"]["cpu"]["brand_raw"] == "Imaginary CPU @ 3.00GHz"


def test_an_invalid_environment_does_not_prevent_an_export(tmp_path: Path) -> None:
    saved = parsed(exported(tmp_path, "pytest-benchmark", pair(LOOP, HALF), {"commit": 3, "machine": []}))
    assert (saved["commit_info"], saved["datetime"]) == ({"id": None, "dirty": None}, None)


def test_pytest_benchmark_compares_it(tmp_path: Path) -> None:
    evil = EVIL.replace("\ud800", "")
    for name, factor in (("old", 1.0), ("new", 1.5)):
        samples = [*pair(LOOP, [time * factor for time in HALF], workload=evil), failure(**asyncio())]
        export = exported(tmp_path / name, "pytest-benchmark", samples)
        (tmp_path / f"{name}.json").write_text(export.text)
        assert export.remarks == ("left out: work asyncio x1: error in 1 of 1 trial: ValueError: no luck (work.py:3)",)
    done = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", "old.json", "new.json", "--columns=min,median,iqr,ops"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Failed to load" not in done.stderr
    assert "4 tests" in done.stdout
