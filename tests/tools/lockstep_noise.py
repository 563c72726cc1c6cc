"""Simulated times of passes measured in lock-step, under several kinds of noise.

In each cycle the reference pass comes first, and then one pass of each of 9 cases in shuffled order; two of them are
looked at: the baseline and a case. Everything is a logarithm, and many runs are simulated at once.

- passes and processes: each pass is off by so much, and all passes of a trial by so much more.
- two speeds: each of two cores runs at one of two speeds, 1.8 apart. From one pass to the next it keeps its speed with
  the given probability, and has either otherwise. A sequential pass runs on either core; a parallel one uses both, and
  ends when the slower one does. Passes are off by 2 %, processes by 3 %.
- drift: the machine gets slower by 5 % per round, steadily. Passes and processes are off by 2 %.
- spikes: 3 % of all passes take 3 times as long. Passes and processes are off by 2 %.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logs = NDArray[np.float64]
Cores = NDArray[np.int64]

CYCLES = 8  # about 1 s of passes of 130 ms
MEMBERS = 9  # of a group: the baseline and 8 cases
BETWEEN_ROUNDS = 2 * MEMBERS  # passes' worth of time in which the next group starts and warms up
SPEEDS = np.array([0.0, math.log(1.8)])
MEAN_LEVEL = float(SPEEDS.mean())
MEAN_SLOWER_OF_TWO = float(SPEEDS @ (1, 3)) / 4
REFERENCE_NOISE = 0.02
SPEEDUP = math.log(2)


@dataclass(frozen=True)
class CycleTimes:
    """The logarithms of the times of a baseline, a case and the reference pass, by run, round and cycle."""

    baseline: Logs
    case: Logs
    reference: Logs

    @property
    def speedups(self) -> Logs:
        """The log speedup of each trial, by run and round: the mean over its cycles."""
        mean: Logs = (self.baseline - self.case).mean(axis=2)
        return mean


@dataclass(frozen=True)
class Shape:
    """How many runs are simulated, and how many rounds each has."""

    runs: int
    rounds: int

    @property
    def cycles(self) -> tuple[int, int, int]:
        """The dimensions of the times of one case."""
        return self.runs, self.rounds, CYCLES


@dataclass(frozen=True)
class LockstepNoise:
    """A way of making runs, and the true log speedup: the expectation of the log ratio."""

    name: str
    make: Callable[[np.random.Generator, Shape], CycleTimes]
    truth: float

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class CoreSpeeds:
    """How two cores change: for each run the probability that they keep their speed, and whether it is a common one.

    `parallel` says of the baseline and of the case whether it uses both cores.
    """

    keeps: Logs
    parallel: tuple[bool, bool]
    common: bool = False

    def later(self, dice: np.random.Generator, cores: Cores, passes: Cores) -> Cores:
        """The speeds so many passes later."""
        changed = dice.random(cores.shape) < (1 - self.keeps**passes)[:, None] / 2
        return self.at_once(np.where(changed, 1 - cores, cores))

    def at_once(self, cores: Cores) -> Cores:
        """The same for both cores if their speed is a common one."""
        return cores[:, [0, 0]] if self.common else cores


def independent(passes: float, processes: float) -> LockstepNoise:
    """Every pass and every process by itself."""

    def make(dice: np.random.Generator, shape: Shape) -> CycleTimes:
        return _with_noise(dice, (np.zeros(shape.cycles),) * 3, passes, processes)

    return LockstepNoise(f"passes {_percent(passes)}, processes {_percent(processes)}", make, SPEEDUP)


def two_speeds(keeps: float, parallel: bool) -> LockstepNoise:
    """Two cores that change between two speeds; the case uses both of them, or one like the baseline."""

    def make(dice: np.random.Generator, shape: Shape) -> CycleTimes:
        return on_two_speeds(dice, shape, CoreSpeeds(np.full(shape.runs, keeps), (False, parallel)))

    name = f"two speeds, keeps {keeps:.2f}, {'parallel' if parallel else 'one core'}"
    return LockstepNoise(name, make, SPEEDUP + (MEAN_LEVEL - MEAN_SLOWER_OF_TWO if parallel else 0.0))


def on_two_speeds(dice: np.random.Generator, shape: Shape, speeds: CoreSpeeds) -> CycleTimes:
    """Runs on two cores that change between two speeds."""
    return _with_noise(dice, _levels(dice, shape, speeds), passes=0.02, processes=0.03)


def drift(per_round: float) -> LockstepNoise:
    """A machine that gets steadily slower; the order within a cycle is what matters."""

    def make(dice: np.random.Generator, shape: Shape) -> CycleTimes:
        steps_per_round = CYCLES * (MEMBERS + 1) + BETWEEN_ROUNDS
        starts = np.arange(shape.rounds)[:, None] * steps_per_round + np.arange(CYCLES) * (MEMBERS + 1)
        first, second = _positions(dice, shape.cycles)
        baseline, case, reference = (
            per_round / steps_per_round * (starts + place) for place in (first, second, np.zeros(shape.cycles))
        )
        return _with_noise(dice, (baseline, case, reference), passes=0.02, processes=0.02)

    return LockstepNoise(f"drift of {_percent(per_round)} per round", make, SPEEDUP)


def spikes(share: float, only_case: bool = False) -> LockstepNoise:
    """Some passes take 3 times as long: of both cases, or only of the one compared with the baseline."""

    def make(dice: np.random.Generator, shape: Shape) -> CycleTimes:
        shares = (0.0 if only_case else share, share, share)
        baseline, case, reference = (np.where(dice.random(shape.cycles) < one, math.log(3), 0.0) for one in shares)
        return _with_noise(dice, (baseline, case, reference), passes=0.02, processes=0.02)

    name = f"spikes, {_percent(share)} of passes{' of the case only' if only_case else ''}"
    return LockstepNoise(name, make, SPEEDUP - (share * math.log(3) if only_case else 0.0))


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _with_noise(
    dice: np.random.Generator, levels: tuple[Logs, Logs, Logs], passes: float, processes: float
) -> CycleTimes:
    """The levels of the machine at each pass, with the noise of passes and processes; the case is twice as fast."""

    def noisy(level: Logs) -> Logs:
        process: Logs = dice.normal(0, processes, (*level.shape[:2], 1))
        return level + process + dice.normal(0, passes, level.shape)

    baseline, case, reference = levels
    # The process of the reference pass lives as long as the run.
    return CycleTimes(
        noisy(baseline), noisy(case) - SPEEDUP, reference + dice.normal(0, REFERENCE_NOISE, reference.shape)
    )


def _positions(dice: np.random.Generator, size: tuple[int, ...]) -> tuple[Cores, Cores]:
    """Two different places in the cycle, from 1 on; the reference pass has place 0."""
    baseline = dice.integers(1, MEMBERS + 1, size)
    case = dice.integers(1, MEMBERS, size)
    return baseline, case + (case >= baseline)


def _levels(dice: np.random.Generator, shape: Shape, speeds: CoreSpeeds) -> tuple[Logs, Logs, Logs]:
    """The level at each pass of the baseline, the case and the reference, as the cores change through the runs."""
    found = np.empty((3, *shape.cycles))
    cores = speeds.at_once(dice.integers(0, 2, (shape.runs, 2)))
    since = np.full(shape.runs, BETWEEN_ROUNDS)
    everyone = np.arange(shape.runs)
    for index in np.ndindex(shape.rounds, CYCLES):
        baseline, case = _positions(dice, (shape.runs,))
        first, second = np.minimum(baseline, case), np.maximum(baseline, case)
        cores = speeds.later(dice, cores, since)
        found[2, :, *index] = _sequential(dice, cores)
        case_is_second = (case > baseline).astype(np.int64)
        for gap, member in ((first, 1 - case_is_second), (second - first, case_is_second)):
            cores = speeds.later(dice, cores, gap)
            either, both = _sequential(dice, cores), SPEEDS[cores.max(axis=1)]
            found[member, everyone, *index] = np.where(np.array(speeds.parallel)[member], both, either)
        since = MEMBERS + 1 - second + (BETWEEN_ROUNDS if index[1] == CYCLES - 1 else 0)
    return found[0], found[1], found[2]


def _sequential(dice: np.random.Generator, cores: Cores) -> Logs:
    """The level of a pass that runs on either core."""
    level: Logs = SPEEDS[cores[np.arange(len(cores)), dice.integers(0, 2, len(cores))]]
    return level


NOISES = (
    independent(0.005, 0.005),
    *(independent(passes, processes) for passes in (0.02, 0.1, 0.25) for processes in (0.0, 0.02, 0.08)),
    *(two_speeds(keeps, parallel) for parallel in (False, True) for keeps in (0.3, 0.7, 0.95)),
    drift(0.05),
    spikes(0.03),
)
TOO_RARE = spikes(0.03, only_case=True)  # a known limit: few rounds seldom show what happens to one case only
