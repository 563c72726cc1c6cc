"""Short simulations: whether intervals contain the true speedup as often as they say if the stopping rule ends a run.

The tables in docs/methodology.md are from `tests.tools.simulate_coverage`, with many more runs.
"""

import numpy as np
import pytest

from bench.analysis import stopping
from bench.analysis.intervals import ratio_of
from bench.schema import MIN_ROUNDS_FOR_PRECISION
from tests.support.cases import cases_of
from tests.support.summaries import summary_of
from tests.tools.lockstep_noise import NOISES, TOO_RARE, LockstepNoise, Logs, Shape, independent
from tests.tools.simulate_coverage import (
    DEFAULT,
    OTHERS,
    Limits,
    StoppingRule,
    means_and_halves,
    rounds_measured,
    tallies,
)

LIMITS = Limits(0.1, 12)
LOOP, CASE = cases_of("work", 2)


def runs_of(noise: LockstepNoise, runs: int, rounds: int = LIMITS.most_rounds) -> Logs:
    return noise.make(np.random.default_rng(1), Shape(runs, rounds)).speedups


def rounds_by_the_real_functions(logs: Logs) -> int:
    """The rounds that `bench run` would measure of the case."""
    for done in range(MIN_ROUNDS_FOR_PRECISION, LIMITS.most_rounds):
        ratio = ratio_of(logs[:done])
        assert ratio is not None
        facts = {"speedup": ratio.point, "speedup_low": ratio.low, "speedup_high": ratio.high}
        found = summary_of(CASE, paired_rounds=done, **facts)
        if not stopping.unsettled([LOOP, CASE], [found], LIMITS.precision):
            return done
    return LIMITS.most_rounds


@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_the_simulation_stops_as_a_run_does(noise: LockstepNoise) -> None:
    logs = runs_of(noise, runs=20)
    _, halves = means_and_halves(logs)
    assert list(rounds_measured(halves, DEFAULT, LIMITS)) == [rounds_by_the_real_functions(run) for run in logs]


def test_the_simulated_intervals_are_those_of_the_analysis() -> None:
    logs = runs_of(NOISES[0], runs=50)
    means, halves = means_and_halves(logs)
    for run, mean, half in zip(logs, means, halves, strict=True):
        for done in range(3, LIMITS.most_rounds + 1):
            ratio = ratio_of(run[:done])
            assert ratio is not None
            expected = np.exp([mean[done - 1] - half[done - 1], mean[done - 1], mean[done - 1] + half[done - 1]])
            assert [ratio.low, ratio.point, ratio.high] == pytest.approx(list(expected), rel=1e-9)


@pytest.mark.parametrize("noise", [*NOISES, TOO_RARE], ids=str)
def test_the_true_speedup_is_the_mean_of_many_simulated_trials(noise: LockstepNoise) -> None:
    runs = runs_of(noise, runs=3000, rounds=8).mean(axis=1)
    error = runs.std(ddof=1) / np.sqrt(len(runs))
    assert abs(runs.mean() - noise.truth) < 5 * error


def coverage(noise: LockstepNoise, rule: StoppingRule, most_rounds: int = 8) -> float:
    return tallies(noise, [rule], runs=3000)[rule.name, Limits(0.1, most_rounds)].coverage


@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_intervals_cover_the_truth_under_every_noise(noise: LockstepNoise) -> None:
    assert 92 <= coverage(noise, DEFAULT) <= 98


def test_a_rule_that_stops_at_the_first_narrow_interval_covers_the_truth_less_often() -> None:
    """The simulation can tell a bad rule from a good one."""
    greedy = next(rule for rule in OTHERS if rule.name == "from 3 rounds, every round")
    noise = independent(passes=0.02, processes=0.08)
    assert coverage(noise, greedy, most_rounds=50) < 92 < coverage(noise, DEFAULT, most_rounds=50)


def test_a_quiet_case_ends_after_the_first_check() -> None:
    found = tallies(independent(passes=0.001, processes=0.001), [DEFAULT], runs=200)
    assert {tally.mean_rounds for tally in found.values()} == {MIN_ROUNDS_FOR_PRECISION}
