"""Whether a run needs another round, from the samples of those before."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure.plan import Plan
from bench.schema import MIN_ROUNDS, MIN_ROUNDS_FOR_PRECISION, Case

if TYPE_CHECKING:
    from bench.analysis.case_summary import CaseSummary  # which takes a second to import


class NextRound:
    """Decides the cases of the next round: all, or those not yet at the requested precision; none if time is up.

    If the first round took so long that few others would fit, only the best worker count of each backend goes on.
    Apart from the time, the decision depends only on the rounds before, so that a resumed run decides as it did before
    the interruption.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._wanted: Sequence[Case] = plan.cases
        self._asked = Counter(case.workload for case in plan.cases)  # cases of each workload in the last round
        self._spent_s: Mapping[str, float] = {}  # before the last round

    def __call__(self, done: int, spent_s: Mapping[str, float]) -> Sequence[Case]:
        effort = self._plan.effort
        if effort.precision is not None:
            if done == 1:
                self._wanted = self._without_slow_rounds(spent_s)
            self._wanted = self._still_wanted(done, effort.precision)
        last_s = {
            name: seconds - self._spent_s.get(name, seconds * (1 - 1 / done)) for name, seconds in spent_s.items()
        }
        expected_s = {workload: self._expected_s(workload, seconds) for workload, seconds in last_s.items()}
        chosen = self._in_time(spent_s, expected_s)
        self._wanted = tuple(
            case for case in self._wanted if case.workload in chosen or case.workload not in expected_s
        )
        self._asked = Counter(case.workload for case in self._wanted)
        self._spent_s = spent_s
        return self._wanted

    def _in_time(self, spent_s: Mapping[str, float], expected_s: Mapping[str, float]) -> set[str]:
        """The workloads whose next round fits into the time that is left: those with the least time spent go first."""
        effort, in_time = self._plan.effort, set()
        total_s = sum(spent_s.values())
        for workload in sorted(spent_s, key=spent_s.__getitem__):
            own_s = spent_s[workload] + expected_s[workload]
            if own_s > (effort.workload_budget_s or math.inf):
                continue
            if total_s + expected_s[workload] <= (effort.budget_s or math.inf):
                in_time.add(workload)
                total_s += expected_s[workload]
        return in_time

    def _expected_s(self, workload: str, last_s: float) -> float:
        """The time of the workload's next round: that of the last one, or its share if fewer cases are left."""
        wanted = sum(case.workload == workload for case in self._wanted)
        return last_s * wanted / self._asked[workload] if self._asked[workload] else 0.0

    def _without_slow_rounds(self, spent_s: Mapping[str, float]) -> Sequence[Case]:
        """All cases, or of a workload whose rounds take too long only those that lead after the first one."""
        effort = self._plan.effort
        if effort.budget_s is None and effort.workload_budget_s is None:
            return self._wanted
        from bench.analysis import stopping

        round_s = effort.budget_per_workload_s(len(self._plan.workloads)) / MIN_ROUNDS
        slow = {workload for workload, seconds in spent_s.items() if seconds > round_s}
        if not slow:
            return self._wanted
        leading = stopping.leading(self._wanted, self._summaries(1))
        return [case for case in self._wanted if case.workload not in slow or case in leading]

    def _summaries(self, done: int) -> "list[CaseSummary]":
        """The summaries after the first rounds."""
        from bench.analysis import summary
        from bench.results import load

        run = load.load_run(self._folder)
        return summary.summarise(replace(run, samples=run.samples[run.samples["round"] < done]))

    def _still_wanted(self, done: int, precision: float) -> Sequence[Case]:
        from bench.analysis import stopping

        if done < MIN_ROUNDS_FOR_PRECISION:
            return self._wanted
        return stopping.unsettled(self._wanted, self._summaries(done), precision)
