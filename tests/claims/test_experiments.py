"""Every experiment is carried out for real, once, and what it finds can be judged."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.estimate import Estimate
from bench.analysis.evidence import Evidence, Figure, Unit
from bench.claims._after_failure import BEGUN, CANCELLED, FINISHED, LOST, MEANS, fail_under
from bench.claims._comparison import WaysCompared
from bench.claims._measured_ways import MeasuredWays
from bench.claims._registry import claims
from bench.claims._trying import try_claim
from bench.claims._workbench import Workbench
from bench.errors import TrialFailed
from bench.machine import interpreters
from bench.process.scratch import guarded
from bench.schema import Status
from tests.support.free_threaded import find_free_threaded


class OnceWorkbench(Workbench):
    """Makes one trial of each experiment, and one round of each comparison."""

    def compare(self, comparison: WaysCompared) -> MeasuredWays:
        return super().compare(replace(comparison, rounds=1, cycles=1))

    def experiment(
        self, function: Callable[..., dict[str, tuple[float, Unit]]], trials: int = 1, **arguments: Any
    ) -> tuple[Figure, ...]:
        return super().experiment(function, 1, **arguments)


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with guarded() as folder:  # not pytest's own folder, whose path is too long for the socket of a forkserver
        yield folder


@pytest.fixture
def workbench(tmp_path: Path, scratch: Path) -> Workbench:
    return workbench_with(tmp_path, scratch)


def workbench_with(folder: Path, scratch: Path, *more: str, left_s: float = 300) -> Workbench:
    chosen = interpreters.choose([sys.executable, *more])
    return OnceWorkbench(chosen, 2, folder / "runs", scratch, lambda text: None, time.monotonic() + left_s)


def as_if_repeated(evidence: Evidence) -> Evidence:
    """The same figures, as if every trial had given them."""
    exact = [replace(one, estimate=Estimate(*[one.estimate.point] * 3)) for one in evidence.figures]
    return replace(evidence, figures=tuple(exact))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in claims() if name != "free-threading"])
def test_an_experiment_gives_the_figures_that_its_claim_is_judged_by(name: str, workbench: Workbench) -> None:
    claim = claims()[name]
    result = try_claim(claim, workbench)
    assert not result.failed, result.judgement.why
    assert result.evidence.figures, result.judgement.why
    assert claim.verdict(as_if_repeated(result.evidence)).why


@pytest.mark.slow
def test_free_threading_is_tried_in_a_free_threaded_interpreter(tmp_path: Path, scratch: Path) -> None:
    claim = claims()["free-threading"]
    result = try_claim(claim, workbench_with(tmp_path, scratch, find_free_threaded().executable))
    assert not result.failed, result.judgement.why
    assert len(result.evidence.figures) == 2


def test_without_a_free_threaded_interpreter_the_way_out_is_named(workbench: Workbench) -> None:
    result = try_claim(claims()["free-threading"], workbench)
    assert "--python" in result.judgement.why
    assert not result.failed


def test_when_the_time_is_up_nothing_starts(tmp_path: Path, scratch: Path) -> None:
    for name in ("rollback", "gil-io"):
        result = try_claim(claims()[name], workbench_with(tmp_path, scratch, left_s=-1))
        assert "no time was left" in result.judgement.why
        assert not result.failed
    assert not (tmp_path / "runs").exists()


def test_an_experiment_that_fails_says_why_and_counts_as_failed(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Workbench, *_: object, **__: object) -> tuple[Figure, ...]:
        raise TrialFailed(Status.CRASHED, "the experiment was killed")

    monkeypatch.setattr(OnceWorkbench, "experiment", fail)
    result = try_claim(claims()["rollback"], workbench)
    assert (result.failed, result.judgement.why) == (True, "the experiment was killed")


@pytest.mark.parametrize("means", MEANS)
def test_items_after_a_failure_are_counted(means: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    counts = {name.partition(",")[0]: value for name, (value, _) in fail_under(means).items()}
    in_flight = counts[CANCELLED] + counts[FINISHED]
    assert in_flight >= 2  # those that were running when the first one failed
    assert counts[BEGUN] + 4 >= counts[FINISHED]
    assert counts[LOST] >= 0
