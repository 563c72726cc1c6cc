"""How often a 95 % interval contains the true speedup: `python -m tests.tools.simulate_coverage [RUNS]`.

Runs are simulated in lock-step under the noises of `tests.tools.lockstep_noise`, and each is ended by a stopping rule
or by the most rounds that the time allows. Two Markdown tables are printed: for the rule of `bench run`, in how many of
100 runs the interval contains the true speedup, and the mean number of rounds; and for other rules, the lowest and the
highest such coverage of all noises, and the mean of the rounds. A rule should keep the coverage between 93 and 98.

With 20,000 runs, which is the default, the standard error of a coverage is 0.15. It takes one to two minutes.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from bench.analysis.intervals import CONFIDENCE
from bench.analysis.stopping_rule import required_share
from bench.schema import MIN_ROUNDS_FOR_PRECISION
from tests.tools.lockstep_noise import NOISES, TOO_RARE, LockstepNoise, Logs, Shape

RUNS = 20_000
BLOCK = 2_000  # runs at once, for the sake of memory
SEED = 20260101


@dataclass(frozen=True)
class Limits:
    """The precision asked for, as a share of the speedup, and the most rounds that there is time for."""

    precision: float
    most_rounds: int

    def __str__(self) -> str:
        return f"±{self.precision:.0%}, {self.most_rounds} rounds".replace("%", " %")


SETTINGS = (Limits(0.1, 8), Limits(0.1, 50), Limits(0.05, 8), Limits(0.05, 50))


@dataclass(frozen=True)
class StoppingRule:
    """The share of the precision within which the interval must be after so many rounds; None if it is not checked.

    With `confirming` rounds, the interval is reported only after so many more, which are not looked at.
    """

    name: str
    share: Callable[[int], float | None]
    confirming: int = 0


def default_share(rounds: int) -> float | None:
    """The rule of `bench run`."""
    return required_share(rounds) if rounds >= MIN_ROUNDS_FOR_PRECISION else None


def from_round(first: int, every: int = 1) -> Callable[[int], float | None]:
    """A check of the whole precision after `first` rounds, and after every few from then on."""
    return lambda rounds: 1.0 if rounds >= first and (rounds - first) % every == 0 else None


DEFAULT = StoppingRule("as `bench run`", default_share)
OTHERS = (
    StoppingRule("from 3 rounds, every round", from_round(3)),
    StoppingRule("from 4 rounds, every round", from_round(4)),
    StoppingRule("from 6 rounds, every round", from_round(6)),
    StoppingRule("from 7 rounds, every second", from_round(7, every=2)),
    StoppingRule("from 3 rounds, and a confirming one", from_round(3), confirming=1),
    StoppingRule(
        "a third of the width at 3, all from 7, every second", lambda n: 1 / 3 if n == 3 else from_round(7, 2)(n)
    ),
    StoppingRule(
        "a third of the width at 4, all from 6, every second", lambda n: 1 / 3 if n == 4 else from_round(6, 2)(n)
    ),
    StoppingRule("n/10 of the width after n from 4 on", lambda n: min(1.0, n / 10) if n >= 4 else None),
)


def means_and_halves(logs: Logs) -> tuple[Logs, Logs]:
    """The mean of the log speedups up to each round, and the half-width of Student's interval, by run and round."""
    count = np.arange(1, logs.shape[1] + 1)
    shift = logs[:, :1]  # of squares of small differences, less is lost to rounding
    means = np.cumsum(logs - shift, axis=1) / count
    squares = np.cumsum((logs - shift) ** 2, axis=1) - count * means**2
    freedom = np.maximum(count - 1, 1)
    halves = special.stdtrit(freedom, (1 + CONFIDENCE) / 2) * np.sqrt(np.maximum(squares, 0) / freedom / count)
    halves[:, 0] = np.inf
    return means + shift, halves


def rounds_measured(halves: Logs, rule: StoppingRule, limits: Limits) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of rounds of each run, from the half-widths of its intervals on the log scale."""
    widths = np.expm1(halves)  # the upper end is the one further from the point
    rounds = np.full(len(halves), limits.most_rounds)
    still_open = np.ones(len(halves), dtype=bool)
    for done in range(2, limits.most_rounds):
        share = rule.share(done)
        if share is not None:
            settled = still_open & (widths[:, done - 1] <= share * limits.precision)
            rounds[settled] = min(done + rule.confirming, limits.most_rounds)
            still_open &= ~settled
    return rounds


@dataclass
class Tally:
    """Runs counted so far: how many intervals contained the truth, and all rounds."""

    runs: int = 0
    held: int = 0
    rounds: int = 0

    @property
    def coverage(self) -> float:
        """In how many of 100 runs the interval contained the truth."""
        return 100 * self.held / self.runs

    @property
    def mean_rounds(self) -> float:
        """The mean number of rounds of a run."""
        return self.rounds / self.runs


Tallies = dict[tuple[str, Limits], Tally]


def tallies(noise: LockstepNoise, rules: Iterable[StoppingRule], runs: int) -> Tallies:
    """What becomes of so many runs under each rule, for each of the settings."""
    dice = np.random.default_rng(SEED)
    most = max(limits.most_rounds for limits in SETTINGS)
    found = {(rule.name, limits): Tally() for rule in rules for limits in SETTINGS}
    for begun in range(0, runs, BLOCK):
        shape = Shape(min(BLOCK, runs - begun), most)
        means, halves = means_and_halves(noise.make(dice, shape).speedups)
        held = np.abs(means - noise.truth) <= halves
        for rule in rules:
            for limits in SETTINGS:
                rounds = rounds_measured(halves, rule, limits)
                tally = found[rule.name, limits]
                tally.runs += shape.runs
                tally.held += int(held[np.arange(shape.runs), rounds - 1].sum())
                tally.rounds += int(rounds.sum())
    return found


def print_row(cells: Iterable[object]) -> None:
    """A row of a Markdown table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def main(runs: int, noises: Sequence[LockstepNoise] = NOISES) -> None:
    """Print a line per noise for the rule of `bench run`, and then a line per rule over all but the last of these."""
    rules = (DEFAULT, *OTHERS)
    all_tallies: list[Tallies] = []
    print_row(("noise", *SETTINGS))
    print_row(["---"] * (1 + len(SETTINGS)))
    for noise in (*noises, TOO_RARE):
        found = tallies(noise, rules, runs)
        if noise is not TOO_RARE:
            all_tallies.append(found)
        cells = [found[DEFAULT.name, limits] for limits in SETTINGS]
        print_row((noise.name, *(f"{cell.coverage:.1f} ({cell.mean_rounds:.1f})" for cell in cells)))
    print()
    print_row(("rule", *SETTINGS))
    print_row(["---"] * (1 + len(SETTINGS)))
    for rule in rules:
        by_setting = ([found[rule.name, limits] for found in all_tallies] for limits in SETTINGS)
        print_row((rule.name, *map(_extremes, by_setting)))


def _extremes(cells: Sequence[Tally]) -> str:
    coverages = [cell.coverage for cell in cells]
    rounds = sum(cell.mean_rounds for cell in cells) / len(cells)
    return f"{min(coverages):.1f}–{max(coverages):.1f} ({rounds:.1f})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else RUNS)
