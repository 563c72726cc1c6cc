"""What is to be measured, in which order, and an estimate of the time it takes."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.schema import BASELINE, Bound, Case

MAX_ROUNDS = 100
PRECISION = 0.1  # of the speedups, by default
WORKLOAD_BUDGET_S = 60.0  # by default

# Estimates before anything is measured, in seconds.
CYCLES = 6
PASS_S = 0.125  # a baseline pass of a bundled workload at its default size
TRIAL_S = 0.4  # start of a trial's interpreter, imports, server, and its end
WORKER_S = 0.02  # the start of a process


@dataclass(frozen=True)
class Effort:
    """How much is measured for each case.

    `rounds` is the maximum; with `precision`, a share of the speedup, a case is done once its interval is that narrow.
    `cycles` is the number of passes of each trial; without it, the number follows from what the first group takes.
    `budget_s` bounds all rounds after the first, `workload_budget_s` those of each workload. Without a `timeout_s`, the
    limit of a turn follows the baseline's. With `trace`, one case per backend is traced after the last round.
    """

    rounds: int = MAX_ROUNDS
    precision: float | None = None
    warmups: int = 1
    cycles: int | None = None
    timeout_s: float | None = None
    budget_s: float | None = None
    workload_budget_s: float | None = None
    trace: bool = False

    def budget_per_workload_s(self, workloads: int) -> float:
        """The seconds that the rounds of each workload may take; the usual ones if there is no limit."""
        shared = self.budget_s and self.budget_s / workloads
        return min((budget for budget in (self.workload_budget_s, shared) if budget), default=WORKLOAD_BUDGET_S)


@dataclass(frozen=True)
class Plan:
    """The cases of a run and what determines their order. `left_out` names what did not fit into the budget."""

    cases: tuple[Case, ...]
    effort: Effort
    seed: int
    left_out: tuple[str, ...] = ()

    @property
    def workloads(self) -> list[str]:
        """The names of the workloads, in the order of the cases."""
        return list(dict.fromkeys(case.workload for case in self.cases))

    def order(self, round_number: int, cases: Iterable[Case]) -> list[list[Case]]:
        """The cases of one round, by workload, in the order that their trials are started in, shuffled by the seed.

        Baselines come first, since the number of cycles and the time limits depend on how long they take. The same
        case in several interpreters stays together, so that they are measured in the same group.
        """
        shuffle = random.Random(f"{self.seed}:{round_number}").shuffle
        by_workload: dict[str, dict[object, list[Case]]] = {}
        for case in cases:
            by_config = by_workload.setdefault(case.workload, {})
            by_config.setdefault((case.id.config, case.workers), []).append(case)
        workloads = [list(by_config.values()) for by_config in by_workload.values()]
        shuffle(workloads)
        ordered = []
        for configs in workloads:
            shuffle(configs)
            for same in configs:
                shuffle(same)
            one_list = [case for same in configs for case in same]
            ordered.append(sorted(one_list, key=lambda case: case.backend != BASELINE))
        return ordered

    @property
    def estimated_s(self) -> float:
        """The longest time that the rounds may take, in seconds, before anything is measured."""
        total = 0.0
        for workload in self.workloads:
            cases = [case for case in self.cases if case.workload == workload]
            one = estimated_round_s(cases, self.effort)
            total += min(self.effort.rounds * one, max(one, self.effort.workload_budget_s or math.inf))
        return min(total, max(estimated_round_s(self.cases, self.effort), self.effort.budget_s or math.inf))


def fitting(cases: Sequence[Case], passes: int, pass_s: float, limit_s: float) -> list[Case]:
    """The cases of a round: all, or without the spare ones if trials of `passes` passes would exceed `limit_s` seconds.

    `pass_s` is the time of a baseline pass, in seconds.
    """
    if sum(estimated_trial_s(case, passes, pass_s) for case in cases) <= limit_s:
        return list(cases)
    return [case for case in cases if not case.spare]


def estimated_round_s(cases: Iterable[Case], effort: Effort) -> float:
    """Estimated time of one round, in seconds, before anything is measured."""
    passes = effort.warmups + (effort.cycles or CYCLES)
    return sum(estimated_trial_s(case, passes) for case in cases)


def estimated_trial_s(case: Case, passes: int, pass_s: float = PASS_S) -> float:
    """Estimated time of a trial with a baseline pass of `pass_s` seconds, divided among the workers at best."""
    has_processes = case.id.start_method is not None
    starting = TRIAL_S + (WORKER_S * case.workers if has_processes else 0)
    if case.backend == BASELINE or (case.bound is Bound.CPU and not has_processes):
        return starting + passes * pass_s
    shared = case.workers if case.bound is Bound.IO else min(case.workers, 2)
    return starting + passes * pass_s / shared
