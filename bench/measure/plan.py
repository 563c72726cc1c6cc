"""What is to be measured, in which order, and an estimate of the time it takes."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.schema import BASELINE, Bound, Case

ROUNDS = 5
MAX_ROUNDS = 10
MAX_ROUNDS_FOR_PRECISION = 100

# Estimates before anything is measured, in seconds.
PASS_S = 0.5  # a baseline pass of a bundled workload at its default size
TRIAL_S = 0.6  # start of a trial's interpreter, imports, server, checks, and its end
CEILING_S = 1.2  # measuring the ceiling of one worker count
WORKER_S = 0.02  # the start of a process


@dataclass(frozen=True)
class Effort:
    """How much is measured for each case.

    `rounds` is the maximum; with `precision`, a share of the speedup, a case is done once its interval is that narrow.
    `budget_s` bounds all rounds after the first. Without a `timeout_s`, the limit of a trial follows the baseline's.
    With `trace`, one case per backend is traced after the last round.
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
    """The cases of a run and what determines their order. `left_out` names what did not fit into the budget."""

    cases: tuple[Case, ...]
    effort: Effort
    seed: int
    left_out: tuple[str, ...] = ()

    def order(self, round_number: int, cases: Sequence[Case]) -> list[Case]:
        """The cases of one round, shuffled by the seed; those of one workload stay together with their baseline.

        In the first round the baseline comes first, since the time limits of the others depend on how long it takes.
        Later rounds are fully shuffled, so that the position of the baseline favours no case.
        """
        shuffle = random.Random(f"{self.seed}:{round_number}").shuffle
        groups = [list(group) for _, group in groupby(cases, key=lambda case: case.workload)]
        shuffle(groups)
        for group in groups:
            shuffle(group)
            if round_number == 0:
                group.sort(key=lambda case: case.backend != BASELINE)
        return [case for group in groups for case in group]

    def estimated_s(self) -> float:
        """Estimated time of all rounds, in seconds; the budget bounds all but the first."""
        one = estimated_round_s(self.cases, self.effort)
        return min(self.effort.rounds * one, max(one, self.effort.budget_s or math.inf))


def counts_in_play(cases: Iterable[Case]) -> list[int]:
    """The worker counts above 1 of the cases that compute."""
    return sorted({case.workers for case in cases if case.bound is Bound.CPU and case.workers > 1})


def estimated_round_s(cases: Iterable[Case], effort: Effort) -> float:
    """Estimated time of one round, in seconds, before anything is measured."""
    passes = effort.warmups + effort.values
    every = list(cases)
    return len(counts_in_play(every)) * CEILING_S + sum(estimated_trial_s(case, passes) for case in every)


def estimated_trial_s(case: Case, passes: int) -> float:
    """Estimated time of a trial whose baseline pass takes half a second, divided among the workers at best."""
    starting = TRIAL_S + (WORKER_S * case.workers if case.backend == "multiprocessing" else 0)
    if case.backend == BASELINE or (case.bound is Bound.CPU and case.backend != "multiprocessing"):
        return starting + passes * PASS_S
    shared = case.workers if case.bound is Bound.IO else min(case.workers, 2)
    return starting + passes * PASS_S / shared
