"""Estimates of a workload's own metrics: the trial is the unit, not the pass."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.analysis.estimate import Estimate
from bench.analysis.summary import summarise
from bench.analysis.workload_metrics import Metric, mean_estimate
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import failure, sample, write_run

UNITS = {"rate": "1/s", "errors": ""}
ENVIRONMENT: dict[str, Any] = {"cases": [{"workload": "work", "metrics": UNITS}]}
values = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=12).filter(lambda some: np.ptp(some) > 1e-3)


def passes(trials: list[list[dict[str, float]]], **facts: Any) -> list[Sample]:
    """The samples of one case, given the metrics of its passes by trial."""
    return [
        sample(round=number, value=cycle, metrics=json.dumps(metrics) if metrics else None, **facts)
        for number, cycles in enumerate(trials)
        for cycle, metrics in enumerate(cycles)
    ]


def metrics_of(folder: Path, samples: list[Sample], environment: dict[str, Any] = ENVIRONMENT) -> tuple[Metric, ...]:
    """The metrics of the only case."""
    (case,) = summarise(load_run(write_run(folder / "run", samples, environment)))
    return case.metrics


@given(values)
def test_the_interval_is_that_of_student(some: list[float]) -> None:
    low, high = stats.t.interval(0.95, len(some) - 1, np.mean(some), stats.sem(some))
    found = mean_estimate(np.array(some))
    assert found.point == pytest.approx(np.mean(some))
    assert found.low == pytest.approx(low if min(some) < 0 else max(low, 0), abs=1e-6)
    assert found.high == pytest.approx(high, abs=1e-6)


@pytest.mark.parametrize("some", [[5.0], [5.0, 7.0]])
def test_there_is_no_interval_for_fewer_than_3_trials(some: list[float]) -> None:
    assert mean_estimate(np.array(some)) == Estimate(float(np.mean(some)), None, None)


def test_a_trial_counts_once_however_many_passes_it_made(tmp_path: Path) -> None:
    one: list[list[dict[str, float]]] = [[{"rate": 1.0}] * 5, [{"rate": 2.0}], [{"rate": 3.0}, {"rate": 5.0}]]
    (rate,) = metrics_of(tmp_path, passes(one))
    assert (rate.name, rate.unit) == ("rate", "1/s")
    assert rate.value == mean_estimate(np.array([1.0, 2.0, 4.0]))


def test_passes_without_a_metric_are_left_out_of_it(tmp_path: Path) -> None:
    one: list[list[dict[str, float]]] = [
        [{"rate": 1.0}, {"rate": 3.0, "errors": 1.0}],
        [{}],
        [{"rate": 4.0}],
        [{"rate": 6.0, "errors": 0.0}],
    ]
    rate, errors = metrics_of(tmp_path, passes(one))
    assert rate.value == mean_estimate(np.array([2.0, 4.0, 6.0]))
    assert errors.value == Estimate(0.5, None, None)


def test_metrics_come_as_declared_and_unknown_ones_last_without_a_unit(tmp_path: Path) -> None:
    found = metrics_of(tmp_path, passes([[{"other": 1.0, "errors": 0.0, "rate": 2.0}]]))
    assert [(metric.name, metric.unit) for metric in found] == [("rate", "1/s"), ("errors", ""), ("other", "")]
    (without_environment, *_) = metrics_of(tmp_path / "bare", passes([[{"rate": 2.0}]]), {})
    assert (without_environment.name, without_environment.unit) == ("rate", "")


def test_each_case_has_its_own(tmp_path: Path) -> None:
    samples = passes([[{"rate": 1.0}]]) + passes([[{"rate": 9.0}]], backend="threading", workers=2)
    cases = summarise(load_run(write_run(tmp_path / "run", samples, ENVIRONMENT)))
    assert [case.metrics[0].value.point for case in cases] == [1.0, 9.0]


def test_a_case_without_metrics_has_none(tmp_path: Path) -> None:
    assert metrics_of(tmp_path, passes([[{}], [{}]])) == ()
    assert metrics_of(tmp_path / "failed", [failure()]) == ()
