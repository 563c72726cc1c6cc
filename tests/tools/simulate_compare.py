"""How often a comparison of two versions is right, simulated: `python -m tests.tools.simulate_compare [PAIRS]`.

Two versions of a case with 2 workers are measured for 10 rounds in lock-step, with the noises of
`tests.tools.lockstep_noise`. Printed is a Markdown table: for each kind of noise and each way of comparing, in how many
of 100 pairs the versions are said to differ if they are equal (a false alarm), and if the new one takes 10 or 25 %
longer. The verdicts are those of `bench compare` for one case and its threshold of 5 %. The ways are:

- as measured: the times of two runs, made one after the other.
- over the reference: each time over that of the reference pass of its cycle.
- as chosen: as `bench compare` chooses for computing cases: over the reference, unless the trials of the baseline and
  of the case vary much more so within each run.
- over the baseline: each time over that of the baseline of its cycle.
- in one run: both versions take turns in the same groups, and are paired by cycle.

With 20,000 pairs, which is the default, the standard error of a share is 0.15 near 5 and 0.35 near 50.

- slower day: each run is slower or faster as a whole, by 10 % (standard deviation).
- one machine, two cores: two speeds of the machine as a whole, or of each core by itself. How long they are kept is the
  same in all runs, or differs: drawn for each run from 0.3, 0.7, 0.95 and 0.999, with which one lasts for a whole run.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from bench.analysis.basis import TOLERATED
from bench.analysis.rank_test import beyond_interval
from tests.tools.lockstep_noise import SPEEDUP, CoreSpeeds, CycleTimes, Logs, Shape, independent, on_two_speeds
from tests.tools.simulate_coverage import means_and_halves, print_row

PAIRS = 20_000
BLOCK = 2_000
ROUNDS = 10
THRESHOLD = 0.05
FACTORS = (1.0, 1.1, 1.25)
PERSISTENCES = (0.3, 0.7, 0.95, 0.999)
SEED = 20260102

Verdicts = NDArray[np.bool_]


@dataclass(frozen=True)
class PairNoise:
    """A way of making runs; `parallel` says of the baseline and of the case whether it uses both cores."""

    name: str
    make: Callable[[np.random.Generator, Shape, tuple[bool, bool]], CycleTimes]


def alike(passes: float, processes: float, days: float = 0.0) -> PairNoise:
    """Independent noise, and a speed of each run as a whole."""
    noise = independent(passes, processes)

    def make(dice: np.random.Generator, shape: Shape, _parallel: tuple[bool, bool]) -> CycleTimes:
        times, day = noise.make(dice, shape), dice.normal(0, days, (shape.runs, 1, 1))
        return CycleTimes(times.baseline + day, times.case + day, times.reference + day)

    return PairNoise(f"{noise.name}{', slower day' if days else ''}", make)


def two_speeds(name: str, persistences: Iterable[float], common: bool = False) -> PairNoise:
    """Two cores at two speeds, each run with one of the persistences."""
    among = np.array(list(persistences))

    def make(dice: np.random.Generator, shape: Shape, parallel: tuple[bool, bool]) -> CycleTimes:
        return on_two_speeds(dice, shape, CoreSpeeds(dice.choice(among, shape.runs), parallel, common))

    return PairNoise(f"{'one machine' if common else 'two cores'}, {name}", make)


NOISES = (
    alike(0.02, 0.02),
    alike(0.1, 0.02),
    alike(0.02, 0.02, days=0.1),
    *(two_speeds(f"keeps {keeps}", [keeps], common) for common in (True, False) for keeps in PERSISTENCES),
    *(two_speeds("keeps differently", PERSISTENCES, common) for common in (True, False)),
)


@dataclass(frozen=True)
class TwoVersions:
    """Two runs of so many pairs, one of each version, and one run that has both: `together` is the log of new / old."""

    old: CycleTimes
    new: CycleTimes
    together: Logs


def versions(noise: PairNoise, dice: np.random.Generator, shape: Shape) -> TwoVersions:
    """Equal versions: any difference is noise."""
    old, new = (noise.make(dice, shape, (False, True)) for _ in range(2))
    return TwoVersions(old, new, SPEEDUP - noise.make(dice, shape, (True, True)).speedups)


def ranks_differ(old: Logs, new: Logs) -> Verdicts:
    """What `bench.analysis.change.judge` says of one case, for many pairs without ties at once: slower or faster.

    The interval excludes 1 if and only if the test is significant, since it contains the shifts that are not rejected.
    """
    differences = np.sort((new[:, :, None] - old[:, None, :]).reshape(len(old), -1), axis=1)
    beyond = beyond_interval(old.shape[1], new.shape[1])
    excludes = (differences[:, beyond - 1] > 0) | (differences[:, -beyond] < 0)
    return excludes & (np.abs(np.median(differences, axis=1)) > log1p(THRESHOLD))


def pairs_differ(logs: Logs) -> Verdicts:
    """The same for the log ratios of the trials of one run, by Student's interval."""
    means, halves = (found[:, -1] for found in means_and_halves(logs))
    verdicts: Verdicts = (np.abs(means) > halves) & (np.abs(means) > log1p(THRESHOLD))
    return verdicts


def chosen_differ(both: TwoVersions, change: float) -> Verdicts:
    """The verdict on the basis of `bench.analysis.basis.safer_basis`."""
    measured, relative = np.zeros(len(both.old.case)), np.zeros(len(both.old.case))
    for run in (both.old, both.new):
        for cycles in (run.baseline, run.case):
            measured += _trials(cycles).var(axis=1)
            relative += _trials(cycles - run.reference).var(axis=1)
    return np.where(
        relative <= TOLERATED * measured, WAYS["over the reference"](both, change), WAYS["as measured"](both, change)
    )


WAYS: dict[str, Callable[[TwoVersions, float], Verdicts]] = {
    "as measured": lambda both, change: ranks_differ(_trials(both.old.case), _trials(both.new.case) + change),
    "over the reference": lambda both, change: ranks_differ(
        _trials(both.old.case - both.old.reference), _trials(both.new.case - both.new.reference) + change
    ),
    "as chosen": chosen_differ,
    "over the baseline": lambda both, change: ranks_differ(-both.old.speedups, change - both.new.speedups),
    "in one run": lambda both, change: pairs_differ(both.together + change),
}


def _trials(cycles: Logs) -> Logs:
    mean: Logs = cycles.mean(axis=2)
    return mean


def shares(noise: PairNoise, pairs: int) -> dict[str, list[float]]:
    """In how many of 100 pairs each way names a difference, for each of the factors."""
    dice = np.random.default_rng(SEED)
    named = {way: np.zeros(len(FACTORS)) for way in WAYS}
    for begun in range(0, pairs, BLOCK):
        both = versions(noise, dice, Shape(min(BLOCK, pairs - begun), ROUNDS))
        for way, differ in WAYS.items():
            named[way] += [differ(both, float(np.log(factor))).sum() for factor in FACTORS]
    return {way: [float(100 * share / pairs) for share in found] for way, found in named.items()}


def main(pairs: int) -> None:
    """Print a line for each kind of noise: false alarms / found of 10 % / found of 25 %."""
    print_row(("noise", *WAYS))
    print_row(["---"] * (1 + len(WAYS)))
    for noise in NOISES:
        found = shares(noise, pairs)
        print_row((noise.name, *(" / ".join(f"{share:.1f}" for share in found[way]) for way in WAYS)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else PAIRS)
