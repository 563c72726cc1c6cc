"""Verdicts: the best backend, those level with it, and when no conclusion is possible."""

from pathlib import Path

import pytest

from bench.analysis.summary import summarise
from bench.analysis.verdict import Verdict, VerdictOutcome, verdicts
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import asyncio, failure, multiprocessing, pair, rounds, write_run

LOOP = [1.0, 1.1, 0.9, 1.0, 1.05]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def judged(folder: Path, samples: list[Sample]) -> list[Verdict]:
    run = load_run(write_run(folder, samples))
    return verdicts(run, summarise(run))


def scaled(factor: float, noise: float = 0.01) -> list[float]:
    """The baseline's times multiplied by a factor, with slight deviations."""
    return [time * factor * (1 + noise * (-1) ** number) for number, time in enumerate(LOOP)]


def test_the_highest_speedup_that_surely_beats_the_baseline_is_best(folder: Path) -> None:
    samples = pair(LOOP, scaled(0.9)) + rounds(scaled(0.5), **multiprocessing(), workers=2)
    (verdict,) = judged(folder, samples)
    assert verdict.outcome is VerdictOutcome.FASTER
    assert verdict.best is not None
    assert (verdict.best.backend, verdict.indistinguishable) == ("multiprocessing", ())


def test_backends_whose_ratio_may_be_one_are_level_with_the_best(folder: Path) -> None:
    samples = (
        pair(LOOP, scaled(0.9)) + rounds(scaled(0.5), **multiprocessing()) + rounds(scaled(0.51, -0.03), **asyncio())
    )
    (verdict,) = judged(folder, samples)
    assert [case.backend for case in verdict.indistinguishable] == ["asyncio"]


def test_options_are_compared_separately_and_worker_counts_are_not(folder: Path) -> None:
    same = [rounds(scaled(0.5, 0.02), **multiprocessing(method), workers=2) for method in ("fork", "spawn")]
    more = rounds(scaled(0.5, 0.02), **multiprocessing("fork"), workers=4)
    (verdict,) = judged(folder, rounds(LOOP) + same[0] + same[1] + more)
    assert [case.start_method for case in verdict.indistinguishable] == ["spawn"]


def test_nothing_beats_the_baseline_if_the_best_interval_reaches_one(folder: Path) -> None:
    (verdict,) = judged(folder, pair(LOOP, scaled(0.99, 0.1)))
    assert verdict.outcome is VerdictOutcome.BASELINE


def test_nothing_beats_the_baseline_if_all_are_slower(folder: Path) -> None:
    (verdict,) = judged(folder, pair(LOOP, scaled(1.4)))
    assert (verdict.outcome, verdict.indistinguishable) == (VerdictOutcome.BASELINE, ())
    assert verdict.best is not None
    assert verdict.best.is_baseline


def test_a_sure_speedup_ranks_above_a_higher_unsure_one(folder: Path) -> None:
    wild = [0.05, 3.0, 0.04, 2.0, 0.05]
    (verdict,) = judged(folder, pair(LOOP, scaled(0.5)) + rounds(wild, **asyncio()))
    assert verdict.outcome is VerdictOutcome.FASTER
    assert verdict.best is not None
    assert verdict.best.backend == "threading"
    assert [case.backend for case in verdict.indistinguishable] == ["asyncio"]


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_too_few_rounds_lead_to_no_verdict(folder: Path, number: int, factor: float) -> None:
    (verdict,) = judged(folder, pair(LOOP[:number], scaled(factor)[:number]))
    assert verdict.outcome is VerdictOutcome.TOO_FEW_ROUNDS


def test_a_failed_case_is_never_the_best(folder: Path) -> None:
    fast = [*rounds(scaled(0.01)[:4], **asyncio()), failure(round=4, **asyncio())]
    (verdict,) = judged(folder, pair(LOOP, scaled(0.5)) + fast)
    assert verdict.best is not None
    assert (verdict.best.backend, verdict.indistinguishable) == ("threading", ())


def test_without_a_baseline_there_is_no_verdict(folder: Path) -> None:
    (verdict,) = judged(folder, rounds(LOOP, backend="threading"))
    assert (verdict.outcome, verdict.best) == (VerdictOutcome.NO_BASELINE, None)


def test_the_baseline_alone_is_compared_with_nothing(folder: Path) -> None:
    (verdict,) = judged(folder, [*rounds(LOOP), failure(backend="threading")])
    assert verdict.outcome is VerdictOutcome.ALONE


def test_each_workload_parameter_set_and_interpreter_has_its_own_verdict(folder: Path) -> None:
    samples = (
        pair(LOOP, scaled(0.5))
        + pair(LOOP, scaled(2.0), workload="other")
        + pair(LOOP, scaled(0.5), params='{"n": 1}')
        + pair(LOOP, scaled(2.0), python="3.13.1t")
    )
    outcomes = [verdict.outcome for verdict in judged(folder, samples)]
    assert outcomes == [VerdictOutcome.BASELINE, VerdictOutcome.FASTER, VerdictOutcome.FASTER, VerdictOutcome.BASELINE]


def test_deterministic_differences_count(folder: Path) -> None:
    (verdict,) = judged(folder, pair([1.0] * 3, [0.5] * 3) + rounds([0.6] * 3, **asyncio()))
    assert (verdict.outcome, verdict.indistinguishable) == (VerdictOutcome.FASTER, ())
