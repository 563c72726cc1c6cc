"""How often a race picks the fastest candidate: `python -m tests.tools.simulate_race [RACES]`.

Races of 12 candidates are simulated with the procedure of `bench.analysis.race.kim_nelson`, under the noises of
docs/methodology.md: each round starts fresh trials, which take turns for some cycles in shuffled order. A Markdown
table is printed: in how many of 100 races the candidate that was picked is the fastest one, or at most 5 % slower; the
median and the 95th percentile of the passes made, also if all candidates were measured equally often until the end; and
the good picks and the survivors if the race is cut off after A_MINUTE of passes, when the leader is picked. An untimed
pass of each trial counts, as does its start, as STARTING passes.

With `--designs`, first stages and numbers of cycles are compared by their lowest share of good picks and the passes.
With 1,000 races, which is the default, the standard error of 95 in 100 is 0.7.
"""

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.analysis.race.kim_nelson import FIRST_STAGE, ZONE, KimNelson

Numbers = NDArray[np.float64]
Masks = NDArray[np.bool_]

RACES = 1_000
CANDIDATES = 12
CYCLES = 4
STARTING = 2  # passes' worth of time that the start of a trial takes, and its untimed pass one more
MOST_ROUNDS = 400
A_MINUTE = 1_000  # passes of 50 ms, and some time to spare
SEED = 20260101
SLOWER = math.log(1.8)  # between the two speeds of a core
NEXT_GROUP = 24  # passes' worth of time until the next group takes turns


@dataclass(frozen=True)
class RaceNoise:
    """The noise of passes and of processes (standard deviations), and how the two cores change their speeds.

    A core keeps its speed from one pass to the next with probability `keeps`; None: it never changes. In `spikes` of
    the passes something else makes them take three times as long.
    """

    name: str
    passes: float
    processes: float
    keeps: float | None = None
    spikes: float = 0.0


NOISES = (
    RaceNoise("passes 2 %, processes 2 %", 0.02, 0.02),
    RaceNoise("passes 10 %, processes 2 %", 0.10, 0.02),
    RaceNoise("passes 2 %, processes 8 %", 0.02, 0.08),
    RaceNoise("passes 10 %, processes 8 %", 0.10, 0.08),
    RaceNoise("two speeds, keeps 0.30", 0.02, 0.03, keeps=0.3),
    RaceNoise("two speeds, keeps 0.70", 0.02, 0.03, keeps=0.7),
    RaceNoise("two speeds, keeps 0.95", 0.02, 0.03, keeps=0.95),
    RaceNoise("spikes, 3 % of passes", 0.02, 0.02, spikes=0.03),
)


@dataclass(frozen=True)
class Field:
    """The candidates of many races: their log times without noise, and which of them need both cores at once."""

    logs: Numbers
    parallel: Masks

    def truth(self, noise: RaceNoise) -> Numbers:
        """The expected log times under a noise: a parallel pass ends with the slower core."""
        if noise.keeps is None:
            return self.logs
        return self.logs + SLOWER * np.where(self.parallel, 0.75, 0.5)


def one_ahead(dice: np.random.Generator, races: int) -> Field:
    """One is faster than all others by just more than the indifference zone: the hardest field."""
    logs = np.full((races, CANDIDATES), 1.001 * math.log(ZONE))
    logs[np.arange(races), dice.integers(0, CANDIDATES, races)] = 0.0
    return Field(logs, np.zeros(logs.shape, dtype=bool))


def computing(dice: np.random.Generator, races: int) -> Field:
    """Computing on two cores: half of the candidates are near the baseline, the others have processes."""
    logs = np.array([0, 0.02, 0.03, 0.04, 0.01, 0.1, -0.3, -0.5, -0.53, -0.55, -0.6, -0.62])
    order = dice.permuted(np.tile(np.arange(CANDIDATES), (races, 1)), axis=1)
    return Field(logs[order], order >= CANDIDATES // 2)


def waiting(dice: np.random.Generator, races: int) -> Field:
    """Waiting: the time falls with the number of workers, of three backends, until the server has no more slots."""
    counts = np.array([1, 2, 4, 8] * 3)
    logs = -np.log(np.minimum(counts, 4.0)) + np.repeat([0.0, 0.02, 0.15], 4)
    return Field(dice.permuted(np.tile(logs, (races, 1)), axis=1), np.zeros((races, CANDIDATES), dtype=bool))


def random(dice: np.random.Generator, races: int) -> Field:
    """Speeds that differ by 20 %, standard deviation; some candidates need both cores."""
    return Field(dice.normal(0, 0.2, (races, CANDIDATES)), dice.random((races, CANDIDATES)) < 0.5)


MakeField = Callable[[np.random.Generator, int], Field]
FIELDS: dict[str, MakeField] = {
    "one ahead by 5 %": one_ahead,
    "computing": computing,
    "waiting, 4 slots": waiting,
    "random": random,
}


@dataclass(frozen=True)
class RaceDesign:
    """The rounds of the first stage, and the cycles of each round."""

    first_stage: int = FIRST_STAGE
    cycles: int = CYCLES


@dataclass(frozen=True)
class RaceOutcomes:
    """Of each race: whether the pick was good, the survivors, the passes, and those if all were measured to the end."""

    good: Masks
    survivors: Numbers
    passes: Numbers
    equal: Numbers


class SimulatedMachine:
    """The two cores of many machines at once, and the noise of what runs on them."""

    def __init__(self, dice: np.random.Generator, noise: RaceNoise, field: Field) -> None:
        self._dice, self._noise, self._field = dice, noise, field
        self._races = np.arange(len(field.logs))
        self._cores = dice.integers(0, 2, (len(self._races), 2))

    def round_of(self, live: Masks, cycles: int) -> Numbers:
        """The mean log time of each live candidate over the cycles of a group of fresh trials; NaN for the others."""
        self._wait(np.full(len(self._races), NEXT_GROUP))
        totals = np.zeros(live.shape)
        for _ in range(cycles):
            order = np.argsort(np.where(live, self._dice.random(live.shape), 2.0), axis=1)
            for place in range(int(live.sum(axis=1).max())):
                candidates = order[:, place]
                has_turn = live[self._races, candidates]
                self._wait(has_turn.astype(np.int64))
                totals[self._races, candidates] += np.where(has_turn, self._pass_of(candidates), 0.0)
        processes = self._dice.normal(0, self._noise.processes, live.shape)
        return np.where(live, self._field.logs + processes + totals / cycles, np.nan)

    def _wait(self, passes: NDArray[np.int64]) -> None:
        if self._noise.keeps is not None:
            changes = (1 - self._noise.keeps**passes) / 2
            self._cores = np.where(
                self._dice.random(self._cores.shape) < changes[:, None], 1 - self._cores, self._cores
            )

    def _pass_of(self, candidates: NDArray[np.int64]) -> Numbers:
        level = self._dice.normal(0, self._noise.passes, len(self._races))
        level += np.where(self._dice.random(len(self._races)) < self._noise.spikes, math.log(3), 0.0)
        if self._noise.keeps is None:
            return level
        either = self._cores[self._races, self._dice.integers(0, 2, len(self._races))]
        needs_both = self._field.parallel[self._races, candidates]
        slower: Numbers = level + SLOWER * np.where(needs_both, self._cores.max(axis=1), either)
        return slower


def simulate(
    noise: RaceNoise, make_field: MakeField, design: RaceDesign, races: int, most_passes: float = math.inf
) -> RaceOutcomes:
    """Simulate races until each is over, or for so many passes, or MOST_ROUNDS: then the leader is picked."""
    dice = np.random.default_rng(SEED)
    field = make_field(dice, races)
    machine = SimulatedMachine(dice, noise, field)
    running = [KimNelson(range(CANDIDATES), design.first_stage) for _ in range(races)]
    live = np.ones((races, CANDIDATES), dtype=bool)
    passes, equal = np.zeros(races), np.zeros(races)
    per_trial = STARTING + 1 + design.cycles
    while live.any():
        passes += per_trial * live.sum(axis=1)
        equal += per_trial * CANDIDATES * live.any(axis=1)
        logs = machine.round_of(live, design.cycles)
        for number in np.flatnonzero(live.any(axis=1)):
            race = running[number]
            race.add({name: float(logs[number, name]) for name in race.survivors})
            goes_on = not race.is_over and race.rounds < MOST_ROUNDS and passes[number] < most_passes
            live[number] = [goes_on and name in race.survivors for name in range(CANDIDATES)]
    truth = field.truth(noise)
    picked = truth[np.arange(races), [race.leader for race in running]]
    survivors = np.array([len(race.survivors) for race in running], dtype=float)
    return RaceOutcomes(picked <= truth.min(axis=1) + math.log(ZONE), survivors, passes, equal)


def table(races: int) -> Iterable[str]:
    """The table of the documentation."""
    yield "| noise | field | good picks | passes: median, 95 % | all equally: median, 95 % | a minute: good, left |"
    yield "| --- | --- | --: | --: | --: | --: |"
    for noise in NOISES:
        for name, make_field in FIELDS.items():
            outcome = simulate(noise, make_field, RaceDesign(), races)
            made, equal = ([f"{np.percentile(of, q):,.0f}" for q in (50, 95)] for of in (outcome.passes, outcome.equal))
            short = simulate(noise, make_field, RaceDesign(), races, A_MINUTE)
            cut_off = f"{100 * short.good.mean():.1f}, {short.survivors.mean():.1f}"
            good = f"{100 * outcome.good.mean():.1f}"
            yield f"| {noise.name} | {name} | {good} | {', '.join(made)} | {', '.join(equal)} | {cut_off} |"


def designs(races: int) -> Iterable[str]:
    """A table of designs over all noises and fields."""
    yield "| first stage | cycles | good picks: lowest | passes: mean of medians | a minute: lowest, mean, left |"
    yield "| --: | --: | --: | --: | --: |"
    for first_stage in (3, 4, 5, 6, 8, 10):
        for cycles in (1, 2, 4, 8):
            design = RaceDesign(first_stage, cycles)
            outcomes = [simulate(noise, field, design, races) for noise in NOISES for field in FIELDS.values()]
            short = [simulate(noise, field, design, races, A_MINUTE) for noise in NOISES for field in FIELDS.values()]
            lowest = min(100 * outcome.good.mean() for outcome in outcomes)
            passes = np.mean([np.median(outcome.passes) for outcome in outcomes])
            good = [100 * outcome.good.mean() for outcome in short]
            left = np.mean([outcome.survivors.mean() for outcome in short])
            cut_off = f"{min(good):.1f}, {np.mean(good):.1f}, {left:.1f}"
            yield f"| {first_stage} | {cycles} | {lowest:.1f} | {passes:,.0f} | {cut_off} |"


def main() -> None:
    """Print the table that was asked for."""
    counts = [int(text) for text in sys.argv[1:] if text.isdigit()]
    make = designs if "--designs" in sys.argv else table
    for line in make(counts[0] if counts else RACES):
        print(line, flush=True)


if __name__ == "__main__":
    main()
