"""How often a simulated 95 % interval covers the true speedup: `python -m tests.tools.simulate_coverage [RUNS]`.

Each line is one kind of noise and one rule for how many rounds are measured. Printed are in how many of 100 runs the
interval holds the true speedup, give or take the simulation's own standard error, the mean number of rounds, and how
many of 100 runs were ended by the most rounds and not by their precision. Below 92 is marked. The first rule under
--precision is the one of bench/cli/session.py and bench/analysis/stopping.py; those after it are what it could be.

- processes: each trial is off by 5 %, each of its 5 samples by 1 % more, as in reference/nested_expected.json.
- two speeds: a virtual machine each of whose cores runs at one of two speeds, 50 and 90 ms. From the baseline to the
  case beside it, a core keeps its speed in 4 of 5 rounds; in the next round it has either. Samples are off by 1 %.
  On one core the case takes as long as the loop; on two cores it takes its items from one queue, so that the faster
  core does more of them.

The truth is what the intervals would narrow down to: the geometric mean of the ratios over endless rounds.
"""

import math
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from pandas import Series
from scipy import stats

from bench.analysis import stopping
from bench.analysis.intervals import CONFIDENCE, Ratio, paired_ratio
from bench.measure.plan import MAX_ROUNDS_FOR_PRECISION
from bench.schema import MIN_ROUNDS_FOR_PRECISION
from tests.support.cases import cases_of
from tests.support.summaries import summary_of

VALUES = 5  # samples a trial
SPEEDS = np.log([50.0, 90.0])
KEEPS = 0.8
LOW = 92.0  # of 100: fewer is too few

Logs = NDArray[np.float64]
LOOP, CASE = CASES = cases_of("work", 2)


@dataclass(frozen=True)
class Noise:
    """A way of making a run, the logarithms of the times of a baseline and a case, and its true speedup."""

    name: str
    make: Callable[[np.random.Generator, int], tuple[Logs, Logs]]
    truth: float


@dataclass(frozen=True)
class Rule:
    """When rounds end: after `fewest`, and every few from then on, the interval is looked at; None is never.

    `confidence` is that of the interval at the end, and `looked` that of the interval that is looked at.
    """

    fewest: int = MIN_ROUNDS_FOR_PRECISION
    every: int = stopping.CHECK_EVERY
    precision: float | None = None
    most: int = MAX_ROUNDS_FOR_PRECISION
    confidence: float = CONFIDENCE
    looked: float = CONFIDENCE
    twice: bool = False  # two looks in a row have to find it precise

    def __str__(self) -> str:
        if self.precision is None:
            return f"{self.most} rounds"
        extra = f", {self.confidence:.1%} interval" if self.confidence != CONFIDENCE else ""
        extra += f", looks at {self.looked:.1%}" if self.looked != CONFIDENCE else ""
        extra += ", twice in a row" if self.twice else ""
        return f"{self.precision:.0%}, from {self.fewest}, every {self.every}{extra}"


def processes(dice: np.random.Generator, rounds: int) -> tuple[Logs, Logs]:
    """Every trial by itself, and the case twice as fast."""
    loop, case = (dice.normal(0, 0.05, rounds) + _samples(dice, rounds) for _ in range(2))
    return loop, case - math.log(2)


def one_core(dice: np.random.Generator, rounds: int) -> tuple[Logs, Logs]:
    """The case does the same work on the core that the loop had."""
    before = dice.integers(0, 2, rounds)
    after = np.where(dice.random(rounds) < KEEPS, before, 1 - before)
    return SPEEDS[before] + _samples(dice, rounds), SPEEDS[after] + _samples(dice, rounds)


def two_cores(dice: np.random.Generator, rounds: int) -> tuple[Logs, Logs]:
    """The loop is on the first core, the case on both, each of which keeps its speed by itself."""
    before = dice.integers(0, 2, (rounds, 2))
    after = np.where(dice.random((rounds, 2)) < KEEPS, before, 1 - before)
    return SPEEDS[before[:, 0]] + _samples(dice, rounds), _shared(after) + _samples(dice, rounds)


def _samples(dice: np.random.Generator, rounds: int) -> Logs:
    """The median of a trial's samples."""
    medians: Logs = np.median(dice.normal(0, 0.01, (rounds, VALUES)), axis=1)
    return medians


def _shared(cores: NDArray[np.int64]) -> Logs:
    """The time of work that two cores share, each as fast as it is."""
    shared: Logs = -np.log(np.exp(-SPEEDS[cores]).sum(axis=1))
    return shared


def _truth_of_two_cores() -> float:
    every_pair = np.array(list(product((0, 1), repeat=2)))
    return float(np.exp(SPEEDS.mean() - _shared(every_pair).mean()))


NOISES = (
    Noise("processes", processes, 2.0),
    Noise("two speeds, one core", one_core, 1.0),
    Noise("two speeds, two cores", two_cores, _truth_of_two_cores()),
)


def ratio_of(loop: Logs, case: Logs) -> Ratio:
    """The speedup as the tables show it."""
    found = paired_ratio(Series(np.exp(loop)), Series(np.exp(case)))
    assert found is not None
    return found


def widened(ratio: Ratio, confidence: float) -> Ratio:
    """The same with the interval of another confidence."""
    if confidence == CONFIDENCE or ratio.low is None or ratio.high is None:
        return ratio
    usual, wanted = (stats.t.ppf((1 + level) / 2, ratio.rounds - 1) for level in (CONFIDENCE, confidence))
    half = math.log(ratio.high / ratio.low) / 2 * float(wanted / usual)
    low, high = ratio.point * math.exp(-half), ratio.point * math.exp(half)
    return Ratio(ratio.point, low, high, ratio.rounds, ratio.deterministic, ratio.p_value)


def is_precise(ratio: Ratio, precision: float) -> bool:
    """Whether `bench run` would measure no other round of the case."""
    found = summary_of(CASE, speedup=ratio.point, speedup_low=ratio.low, speedup_high=ratio.high)
    return not stopping.unsettled(CASES, [found], precision)


def rounds_of(loop: Logs, case: Logs, rule: Rule) -> tuple[int, bool]:
    """How many of the rounds a run would measure, and whether it would end because it is precise."""
    if rule.precision is None:
        return rule.most, False
    before = False
    for done in range(rule.fewest, rule.most, rule.every):
        looked = widened(ratio_of(loop[:done], case[:done]), rule.looked)
        precise = is_precise(looked, rule.precision)
        if precise and (before or not rule.twice):
            return done, True
        before = precise
    return rule.most, False


def outcome(noise: Noise, rule: Rule, runs: int) -> tuple[float, float, float]:
    """Of 100 runs, those whose interval holds the truth; the mean number of rounds; of 100, those ended by the most."""
    dice = np.random.default_rng(20260101)
    held = rounds = ended_by_most = 0
    for _ in range(runs):
        loop, case = noise.make(dice, rule.most)
        done, precise = rounds_of(loop, case, rule)
        found = widened(ratio_of(loop[:done], case[:done]), rule.confidence)
        assert found.low is not None and found.high is not None
        held += found.low <= noise.truth <= found.high
        rounds += done
        ended_by_most += not precise
    return 100 * held / runs, rounds / runs, 100 * ended_by_most / runs


FIXED = tuple(Rule(most=rounds) for rounds in (6, 8, 10))
OTHERS = (Rule(fewest=5), Rule(fewest=9), Rule(twice=True), Rule(confidence=0.97), Rule(looked=0.99))
ADAPTIVE = tuple(
    Rule(**{**vars(rule), "precision": precision}) for precision in (0.05, 0.1) for rule in (Rule(), *OTHERS)
)


def main(runs: int, rules: Sequence[Rule] = FIXED + ADAPTIVE) -> None:
    """Print a line for each noise and rule."""
    print(f"of 100 runs ({runs} simulated) {'':42}{'covered':>15}{'rounds':>8}{'by most':>9}")
    pairs = list(product(NOISES, rules))
    with ProcessPoolExecutor() as pool:
        found = pool.map(outcome, *zip(*pairs, strict=True), [runs] * len(pairs))
        for (noise, rule), (held, rounds, by_most) in zip(pairs, found, strict=True):
            error = 100 * math.sqrt(held / 100 * (1 - held / 100) / runs)
            mark = "  below 92" if held < LOW else ""
            most = "" if rule.precision is None else f"{by_most:9.1f}"
            line = f"{noise.name:24}{rule!s:46}{held:7.1f} +-{error:4.1f}{rounds:9.1f}{most}{mark}"
            print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
