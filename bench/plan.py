"""What will be measured, in which order, and the time it is likely to take."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from bench.samples import BASELINE, Bound, Case

ROUNDS = 5
MOST_ROUNDS = 10
FEWEST_ROUNDS = 3  # for an interval

# Guesses made before anything is measured, in seconds.
PASS_S = 0.5  # a sequential pass of a bundled workload at its default size
TRIAL_S = 0.45  # a trial's interpreter, imports, server and checks
WORKER_S = 0.02  # the start of a process


@dataclass(frozen=True)
class Effort:
    """How much is done for each case; `budget_s` bounds all rounds after the first."""

    rounds: int = ROUNDS
    warmups: int = 1
    values: int = 1
    timeout_s: float = 300.0
    budget_s: float | None = None


@dataclass(frozen=True)
class Plan:
    """The cases of a run, and all that decides their order. `left_out` says in words what the budget cost."""

    cases: tuple[Case, ...]
    effort: Effort
    seed: int
    left_out: tuple[str, ...] = ()

    def order(self, round_number: int) -> list[Case]:
        """The cases of one round: a workload's stand together, its baseline among them; all shuffled by the seed."""
        shuffle = random.Random(f"{self.seed}:{round_number}").shuffle
        groups = [list(cases) for _, cases in groupby(self.cases, key=lambda case: case.workload)]
        shuffle(groups)
        for cases in groups:
            shuffle(cases)
        return [case for cases in groups for case in cases]

    def likely_s(self) -> float:
        """The time that all rounds are likely to take, in seconds."""
        return self.effort.rounds * likely_round_s(self.cases, self.effort)


def likely_round_s(cases: Iterable[Case], effort: Effort) -> float:
    """The time that one round is likely to take, in seconds, guessed before anything is measured."""
    return sum(likely_trial_s(case, effort.warmups + effort.values) for case in cases)


def likely_trial_s(case: Case, passes: int) -> float:
    """A trial of a sequential pass of half a second, shared among the workers as well as it can be."""
    starting = TRIAL_S + (WORKER_S * case.workers if case.backend == "multiprocessing" else 0)
    if case.backend == BASELINE or (case.bound is Bound.CPU and case.backend != "multiprocessing"):
        return starting + passes * PASS_S
    shared = case.workers if case.bound is Bound.IO else min(case.workers, 2)
    return starting + passes * PASS_S / shared
