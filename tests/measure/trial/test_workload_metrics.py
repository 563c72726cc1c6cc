"""A workload's own metrics, from the trial to the tables."""

import json
import sys
from pathlib import Path

import pytest

from bench.analysis.summary import summarise
from bench.measure.trial.live_trials import run_trial
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.output.export.plain_json import as_json
from bench.results.load import load_run
from bench.schema import Status
from tests.support.command import bench
from tests.support.paths import WORKLOADS

PATH = WORKLOADS / "metrics.py"


def outcome_of(wrong: str = "", workload: str = "own-metrics") -> Outcome:
    request = Request(str(PATH), workload, {"wrong": wrong}, "sequential", {}, 1, warmups=0)
    return run_trial(TrialSettings(sys.executable, request, {}), TimeLimit(60))


def test_metrics_come_with_the_pass() -> None:
    (measured,) = outcome_of().measured
    assert measured.metrics == {"sum": 6.0, "throughput": pytest.approx(4 / measured.elapsed_s)}


def test_a_metric_may_be_missing() -> None:
    (measured,) = outcome_of("partial").measured
    assert measured.metrics == {"sum": 1.0}


def test_any_real_number_is_a_metric() -> None:
    (measured,) = outcome_of("fraction").measured
    assert measured.metrics == {"sum": 0.25}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("undeclared", "compute_metrics: 'total' is not one of its metrics: sum, throughput"),
        ("nan", "compute_metrics: sum is nan, which is not a finite number"),
        ("text", "compute_metrics: sum is '6', which is not a finite number"),
        ("huge", "compute_metrics: sum is 1000"),
        ("truth", "compute_metrics: sum is True, which is not a finite number"),
        ("raises", "compute_metrics: ZeroDivisionError: no time"),
    ],
)
def test_wrong_metrics_fail_the_pass(wrong: str, message: str) -> None:
    failed = outcome_of(wrong).failed
    assert failed is not None
    assert failed.status is Status.ERROR
    assert message in failed.reason


def test_metrics_are_recorded_and_shown_everywhere(tmp_path: Path) -> None:
    arguments = ["run", str(PATH), "-b", "threading", "-w", "2", "--rounds", "3", "--cycles", "2", "-o", "run"]
    done = bench(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    run = load_run(tmp_path / "run")
    for cell, seconds in zip(run.samples["metrics"], run.samples["elapsed_s"], strict=True):
        assert json.loads(cell) == {"sum": 6.0, "throughput": pytest.approx(4 / seconds)}
    for case in as_json(run, summarise(run)):
        own = run.samples[run.samples["backend"] == case["backend"]]
        expected = (4 / own["elapsed_s"]).groupby(own["round"]).mean()
        total, throughput = case["metrics"]
        assert total == {"name": "sum", "unit": "", "mean": 6.0, "low": 6.0, "high": 6.0}
        assert (throughput["name"], throughput["unit"]) == ("throughput", "items/s")
        assert throughput["mean"] == pytest.approx(expected.mean())
        assert throughput["low"] < throughput["mean"] < throughput["high"]
    assert "throughput" in done.stdout
    assert "items/s" in done.stdout
    markdown = bench(tmp_path, "export", "run", "--to", "markdown")
    assert "throughput (items/s)" in markdown.stdout, markdown.stderr
    assert bench(tmp_path, "report", "run").returncode == 0
    assert "own-metrics: its own metrics" in (tmp_path / "run/report.html").read_text()
