"""How often a comparison of two runs is right, by simulation: `python -m tests.tools.simulate_compare [PAIRS]`.

Each line is one kind of noise. Printed is in how many of 100 pairs of runs of equally fast programs a difference is
named (at most 5 are allowed), and in how many of 100 it is where a case takes 25 % longer: from times as they are;
relative to the baseline of the same round; and by either, as `bench compare` looks where no way is asked for, with
Holm's correction for both looks. Beside them is what it did not take: permutation tests of the means with Welch's
interval, relative to the baseline, which trials at another speed disturb more than ranks. A share counted in 1,000
pairs is off by up to 1.4 near 5, and by up to 3 near 50.

- processes: each trial is off by 5 %, each of its 5 samples by 1 % more, as in reference/nested_expected.json.
- two speeds: a virtual machine that runs at one of two speeds, 50 and 90 ms. It has another speed, or not, in the next
  round; of a case and the baseline beside it, 4 of 5 meet the same. The ratios of adjacent times then have half the
  noise of others, as they had on such a machine.
- lasting speeds: the same, but the speed often lasts for several rounds: it changes in one of five.
- a slower day: the same as two speeds, but during the whole of the second run the machine takes 10 % longer.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from bench.analysis.change import ChangeVerdict, change_between, judge
from bench.analysis.rank_test import Logs, permutation_p

THRESHOLD = 0.05
EFFECT = 1.25
CASES = 7  # the first is the baseline, the second the case that changes
SPEEDS_MS = (50.0, 90.0)
SAME_AS_ROUND = 0.8**0.5  # so that two cases of a round share its speed in 4 of 5 rounds, or by chance

Run = Logs  # the logarithm of a time by round and case


@dataclass(frozen=True)
class Noise:
    """A way of making a run, and the factor on all times of the second one."""

    name: str
    make: Callable[[np.random.Generator, int], Run]
    second: float = 1.0


def processes(dice: np.random.Generator, rounds: int) -> Run:
    """Every trial by itself: the median of its samples."""
    samples = dice.normal(0, 0.01, (rounds, CASES, 5))
    trials: Run = dice.normal(0, 0.05, (rounds, CASES)) + np.median(samples, axis=2)
    return trials


def two_speeds(dice: np.random.Generator, rounds: int, change: float = 1.0) -> Run:
    """A speed for each round that most of its cases meet; the others meet either."""
    anew = dice.random(rounds) < change
    anew[0] = True
    speeds = dice.integers(0, 2, rounds)[np.maximum.accumulate(np.where(anew, np.arange(rounds), 0))]
    own = dice.integers(0, 2, (rounds, CASES))
    met = np.where(dice.random((rounds, CASES)) < SAME_AS_ROUND, speeds[:, None], own)
    trials: Run = np.log(np.array(SPEEDS_MS)[met]) + dice.normal(0, 0.02, (rounds, CASES))
    return trials


NOISES = (
    Noise("processes", processes),
    Noise("two speeds", two_speeds),
    Noise("lasting speeds", lambda dice, rounds: two_speeds(dice, rounds, change=0.2)),
    Noise("a slower day", two_speeds, second=1.1),
)


def says_different(old: Logs, new: Logs) -> bool:
    """What `bench compare` says of one case compared alone."""
    (judgement,) = judge([change_between(old, new)], THRESHOLD)
    return judgement.finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER)


def either_says_different(old: Run, new: Run) -> bool:
    """What `bench compare` says of one case compared alone, without being told which way to look."""
    changes = [change_between(old[:, 1], new[:, 1]), change_between(old[:, 1] - old[:, 0], new[:, 1] - new[:, 0])]
    return says_different(old[:, 1], new[:, 1]) or any(
        judgement.finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER) for judgement in judge(changes, THRESHOLD)
    )


def means_differ(old: Logs, new: Logs) -> bool:
    """The permutation test of the means, and Welch's interval beside 1."""
    interval = stats.ttest_ind(new, old, equal_var=False).confidence_interval(0.95)
    return permutation_p(old, new) < 0.05 and not interval.low <= 0 <= interval.high


WAYS: dict[str, Callable[[Run, Run], bool]] = {
    "as they are": lambda old, new: says_different(old[:, 1], new[:, 1]),
    "relative": lambda old, new: says_different(old[:, 1] - old[:, 0], new[:, 1] - new[:, 0]),
    "either": either_says_different,
    "means, relative": lambda old, new: means_differ(old[:, 1] - old[:, 0], new[:, 1] - new[:, 0]),
}


def shares(noise: Noise, rounds: int, factor: float, pairs: int) -> list[float]:
    """In how many of 100 pairs each way names a difference, where the second case changed by a factor."""
    dice = np.random.default_rng(1)
    named = np.zeros(len(WAYS))
    for _ in range(pairs):
        old, new = noise.make(dice, rounds), noise.make(dice, rounds) + np.log(noise.second)
        new[:, 1] += np.log(factor)
        named += [way(old, new) for way in WAYS.values()]
    return [float(share) for share in 100 * named / pairs]


def any_of_many(noise: Noise, rounds: int, pairs: int) -> float:
    """In how many of 100 pairs any of seven unchanged cases, compared together, is called different."""
    dice = np.random.default_rng(2)
    named = 0
    for _ in range(pairs):
        old, new = noise.make(dice, rounds), noise.make(dice, rounds)
        judged = judge([change_between(old[:, case], new[:, case]) for case in range(CASES)], THRESHOLD)
        named += any(one.finding in (ChangeVerdict.FASTER, ChangeVerdict.SLOWER) for one in judged)
    return 100 * named / pairs


def main(pairs: int) -> None:
    """Print a line for each noise, number of rounds and question."""
    print(f"of 100 pairs ({pairs} simulated){'':17}" + "".join(f"{name:>16}" for name in WAYS))
    for noise in NOISES:
        for rounds in (5, 10):
            for name, factor in (("equal, called different", 1.0), ("25 % slower, found", EFFECT)):
                line = "".join(f"{share:16.1f}" for share in shares(noise, rounds, factor, pairs))
                print(f"{noise.name:15} {rounds:2} rounds  {name:24}{line}", flush=True)
    for noise in NOISES[:2]:
        print(f"{noise.name:15} 10 rounds  any of {CASES} equal cases{any_of_many(noise, 10, pairs):18.1f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
