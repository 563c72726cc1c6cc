"""The time that a run still takes, estimated from the rounds it has completed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.analysis.live_estimates import RunningEstimates
from bench.analysis.stopping_rule import expected_rounds
from bench.schema import BASELINE, MIN_ROUNDS_FOR_PRECISION, Case, Sample


@dataclass(frozen=True)
class RunLimits:
    """What ends a run: a number of rounds, a precision (a share of the speedup), and seconds in all or per workload."""

    rounds: int
    precision: float | None = None
    budget_s: float | None = None
    workload_budget_s: float | None = None


class TimeLeft:
    """Estimates the time left: the rounds that each workload still needs, times the mean of those it has completed.

    With a precision, the rounds needed follow from the width of the intervals, which shrink with the square root of
    the rounds; before there are any, `at_least` is true. `estimates` are the speedups by now.
    """

    def __init__(self, cases: Sequence[Case], limits: RunLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self.cases = cases
        self.estimates = RunningEstimates()
        self._limits = limits
        self._clock = clock
        self._workloads = list(dict.fromkeys(case.workload for case in cases))
        self._took: dict[str, list[float]] = {}  # seconds of each complete round of a workload
        self._in_last_round: set[str] = set(self._workloads)
        self._in_round: list[str] = []
        self._round = 0
        self._began = self._mark = clock()

    @property
    def total_rounds(self) -> int | None:
        """The number of rounds of the run; None if it depends on the precision."""
        return None if self._limits.precision else self._limits.rounds

    @property
    def total_trials(self) -> int | None:
        """The number of trials of the whole run; None if it depends on the precision."""
        return None if self.total_rounds is None else len(self.cases) * self.total_rounds

    @property
    def at_least(self) -> bool:
        """Whether it is not known yet how many rounds the precision takes."""
        return bool(self._limits.precision) and any(self._predicted(workload) is None for workload in self._active)

    def trial_starts(self, round_number: int, case: Case) -> None:
        """A trial starts now; the first one of a workload in a round starts its groups."""
        if round_number != self._round or case.workload not in self._in_round[-1:]:
            self._end_workload()
        if round_number != self._round:
            self._in_last_round = set(self._in_round) or self._in_last_round
            self._round, self._in_round = round_number, []
        if case.workload not in self._in_round:
            self._in_round.append(case.workload)

    def trial_ended(self, samples: Sequence[Sample]) -> None:
        """A trial has ended, with these samples."""
        self.estimates.add_trial(samples)

    @property
    def workload_s(self) -> float:
        """Seconds since the current workload's groups of this round started."""
        return self._clock() - self._mark

    def seconds(self) -> float | None:
        """The time left in seconds; None before a workload has completed a round."""
        if not self._took:
            return None
        total = sum(self._left_of(workload) for workload in self._active)
        if self._limits.budget_s is not None:
            total = min(total, max(self._began + self._limits.budget_s - self._clock(), 0.0))
        return total

    @property
    def _active(self) -> list[str]:
        """The workloads that were in the last round, or are in this one."""
        return [name for name in self._workloads if name in self._in_last_round or name in self._in_round]

    def _left_of(self, workload: str) -> float:
        took = self._took.get(workload, [])
        one_s = fmean(took or [seconds for others in self._took.values() for seconds in others])
        is_current = workload in self._in_round[-1:]
        now_s = self.workload_s if is_current else 0.0
        needed = self._limits.rounds
        if self._limits.precision:
            needed = min(needed, max(MIN_ROUNDS_FOR_PRECISION, self._predicted(workload) or 0))
        left_s = max((needed - len(took)) * one_s, one_s if is_current else 0.0) - now_s
        if self._limits.workload_budget_s is not None:
            fitting = max(int(self._limits.workload_budget_s / one_s), 1)
            left_s = min(left_s, (fitting - len(took)) * one_s - now_s)
        return max(left_s, 0.0)

    def _predicted(self, workload: str) -> int | None:
        """The rounds after which all intervals will be narrow enough; None if there is none yet."""
        predictions = []
        for case in self.cases:
            if case.workload != workload or case.backend == BASELINE:
                continue
            estimate = self.estimates.estimate(case.id)
            width = estimate.speedup.relative_width if estimate and estimate.speedup else None
            if estimate is not None and width is not None and self._limits.precision:
                predictions.append(expected_rounds(width, estimate.paired_rounds, self._limits.precision))
        return max(predictions, default=None)

    def _end_workload(self) -> None:
        now = self._clock()
        if self._in_round:
            self._took.setdefault(self._in_round[-1], []).append(now - self._mark)
        self._mark = now
