"""What will be measured, in which order, and the time it is likely to take."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.schema import BASELINE, Bound, Case

ROUNDS = 5
MOST_ROUNDS = 10
MOST_ROUNDS_FOR_PRECISION = 100

# Guesses made before anything is measured, in seconds.
PASS_S = 0.5  # a sequential pass of a bundled workload at its default size
TRIAL_S = 0.6  # a trial's interpreter, imports, server, checks and end
LOOK_S = 1.2  # a look at the ceiling of one number of workers
WORKER_S = 0.02  # the start of a process


@dataclass(frozen=True)
class Effort:
    """How much is done for each case.

    `rounds` are the most; with `precision`, a share of the speedup, a case ends once its interval is that narrow.
    `budget_s` bounds all rounds after the first. Without a `timeout_s` the time limit follows the plain loop's. With
    `trace`, one case of each way is traced after the last round.
    """

    rounds: int = ROUNDS
    precision: float | None = None
    warmups: int = 1
    values: int = 1
    timeout_s: float | None = None
    budget_s: float | None = None
    trace: bool = False


@dataclass(frozen=True)
class Plan:
    """The cases of a run, and all that decides their order. `left_out` says in words what the budget cost."""

    cases: tuple[Case, ...]
    effort: Effort
    seed: int
    left_out: tuple[str, ...] = ()

    def order(self, round_number: int, cases: Sequence[Case]) -> list[Case]:
        """The cases of one round: a workload's stand together, its baseline among them; all shuffled by the seed.

        In the first round the baseline leads its group, since the others' time limits follow from how long it takes.
        Later rounds are wholly shuffled, so that the place of the baseline favours nobody.
        """
        shuffle = random.Random(f"{self.seed}:{round_number}").shuffle
        groups = [list(group) for _, group in groupby(cases, key=lambda case: case.workload)]
        shuffle(groups)
        for group in groups:
            shuffle(group)
            if round_number == 0:
                group.sort(key=lambda case: case.backend != BASELINE)
        return [case for group in groups for case in group]

    def likely_s(self) -> float:
        """The time that all rounds are likely to take, in seconds; the budget ends all but the first."""
        one = likely_round_s(self.cases, self.effort)
        return min(self.effort.rounds * one, max(one, self.effort.budget_s or math.inf))


def counts_in_play(cases: Iterable[Case]) -> list[int]:
    """The numbers of workers, above 1, of the cases that compute."""
    return sorted({case.workers for case in cases if case.bound is Bound.CPU and case.workers > 1})


def likely_round_s(cases: Iterable[Case], effort: Effort) -> float:
    """The time that one round is likely to take, in seconds, guessed before anything is measured."""
    passes = effort.warmups + effort.values
    every = list(cases)
    return len(counts_in_play(every)) * LOOK_S + sum(likely_trial_s(case, passes) for case in every)


def likely_trial_s(case: Case, passes: int) -> float:
    """A trial of a sequential pass of half a second, shared among the workers as well as it can be."""
    starting = TRIAL_S + (WORKER_S * case.workers if case.backend == "multiprocessing" else 0)
    if case.backend == BASELINE or (case.bound is Bound.CPU and case.backend != "multiprocessing"):
        return starting + passes * PASS_S
    shared = case.workers if case.bound is Bound.IO else min(case.workers, 2)
    return starting + passes * PASS_S / shared
