"""The estimates shown during a run agree with those of the same samples after it."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.case_summary import CaseSummary
from bench.analysis.live_estimates import CaseEstimate, RunningEstimates, highest
from bench.analysis.summary import summarise
from bench.analysis.trials import case_of
from bench.results.load import load_run
from bench.schema import BASELINE, Sample, Status, canonical_json
from tests.support.cases import case
from tests.support.factory import asyncio, failure, multiprocessing, sample, varied_run, write_run

BACKENDS: tuple[dict[str, Any], ...] = (
    {},
    {"backend": "threading", "workers": 2},
    {"backend": "threading", "workers": 4},
    asyncio(),
)
TRIALS = st.lists(st.tuples(st.floats(1e-4, 1e3), st.integers(0, 9)), min_size=len(BACKENDS), max_size=len(BACKENDS))
FACTS = ("trials", "failed", "status", "paired_rounds", "deterministic")


def seen(trials: Sequence[Sequence[Sample]]) -> RunningEstimates:
    live = RunningEstimates()
    for samples in trials:
        live.add_trial(samples)
    return live


def assert_same(estimate: CaseEstimate | None, summary: CaseSummary) -> None:
    assert estimate is not None
    for fact in FACTS:
        assert getattr(estimate, fact) == getattr(summary, fact), fact
    now, then = figures(estimate), figures(summary)
    assert [figure is None for figure in now] == [figure is None for figure in then]
    known = [(one, other) for one, other in zip(now, then, strict=True) if one is not None]
    assert all(other is not None and math.isclose(one, other, rel_tol=1e-9) for one, other in known), known


def figures(case: CaseEstimate | CaseSummary) -> list[float | None]:
    """The median time, then the speedup with both ends of its interval."""
    speedup = case.speedup
    return [case.median_s, *((speedup.point, speedup.low, speedup.high) if speedup else [None] * 3)]


def trial(facts: dict[str, Any], number: int, seconds: float, luck: int) -> list[Sample]:
    """Up to four cycles, or, depending on luck, one and a failure, or no trial at all."""
    if luck == 0:
        return []
    if luck == 1:
        return [sample(round=number, elapsed_s=seconds, **facts), failure(round=number, value=1, **facts)]
    cycles = range(luck % 2, 1 + luck // 2)
    return [sample(round=number, value=cycle, elapsed_s=seconds * (1 + cycle / luck), **facts) for cycle in cycles]


def regrouped(trials: list[list[Sample]], groups: int) -> list[list[Sample]]:
    """The trials of each round in several groups, each with the baseline's."""
    return [
        [replace(one, group=group) for one in samples]
        for place, samples in enumerate(trials)
        for group in range(groups)
        if samples[0].backend == BASELINE or place % groups == group
    ]


@settings(max_examples=settings().max_examples // 2, deadline=None)
@given(st.lists(TRIALS, min_size=1, max_size=6), st.integers(1, 3), st.randoms(use_true_random=False))
def test_live_estimates_equal_the_final_table_in_whichever_order_trials_end(
    rounds: list[list[tuple[float, int]]], groups: int, dice: random.Random
) -> None:
    made_trials = [
        made
        for number, times in enumerate(rounds)
        for facts, (seconds, luck) in zip(BACKENDS, times, strict=True)
        if (made := trial(facts, number, seconds, luck))
    ]
    trials = regrouped(made_trials, groups)
    live = seen(dice.sample(trials, len(trials)))
    if trials:
        with TemporaryDirectory() as folder:
            run = load_run(write_run(Path(folder) / "run", [one for samples in trials for one in samples]))
        for summary in summarise(run):
            assert_same(live.estimate(case_of(summary)), summary)


@pytest.mark.parametrize("rounds", [1, 2, 3, 6])
def test_live_estimates_of_many_workloads_equal_the_table_round_by_round(tmp_path: Path, rounds: int) -> None:
    run = load_run(varied_run(tmp_path / "run", rounds))
    live = RunningEstimates()
    for row in run.samples.astype(object).where(run.samples.notna(), None).to_dict("records"):
        facts = {**{str(name): value for name, value in row.items()}, "status": Status(row["status"])}
        live.add_trial([Sample(**facts)])
    for summary in summarise(run):
        assert_same(live.estimate(case_of(summary)), summary)


def test_a_planned_case_matches_its_samples() -> None:
    options = {"chunksize": 1, "start_method": "fork"}
    planned = case(backend="multiprocessing", options=options, params={"b": 1, "a": 2}, workers=2).id
    measured = sample(workers=2, params=canonical_json({"a": 2, "b": 1}), **multiprocessing("fork"))
    assert seen([[measured]]).estimate(planned) is not None


def test_an_unmeasured_case_has_no_estimate() -> None:
    assert seen([[]]).estimate(case().id) is None


def test_the_highest_estimate_has_a_speedup_or_is_none() -> None:
    loop, threads = sample(), sample(backend="threading", elapsed_s=0.5)
    live = seen([[loop], [threads], [failure(backend="asyncio")]])
    all_standings = [live.estimate(case(backend=name).id) for name in ("sequential", "threading", "asyncio")]
    known = [one for one in all_standings if one]
    assert highest(known) is known[1]
    assert highest(known[2:]) is None
