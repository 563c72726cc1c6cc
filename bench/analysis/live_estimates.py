"""Estimates during a run: the figures of `summary.summarise`, cheaply and without pandas; and the time left."""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from statistics import fmean

from bench.analysis.estimate import CONFIDENCE, LARGEST_LOG, SAME_LOG, Estimate
from bench.schema import BASELINE, MIN_ROUNDS, MIN_ROUNDS_FOR_PRECISION, Case, CaseId, Sample, Status, Subject


@dataclass(frozen=True)
class CaseEstimate:
    """One case during the run: the median of its ok trials in seconds, and its speedup; unknown is None.

    `trials` counts the ok ones, `failed` the others; if any failed, `status` is that of the first one, and there is no
    speedup.
    """

    case: CaseId
    trials: int
    failed: int
    status: str
    median_s: float | None
    speedup: Estimate | None = None
    paired_rounds: int = 0
    deterministic: bool = False

    @property
    def is_baseline(self) -> bool:
        """Whether this is the baseline."""
        return self.case.backend == BASELINE


class RunningEstimates:
    """Collects the samples of each trial, and estimates the speedup of any case."""

    def __init__(self) -> None:
        self._seconds: dict[CaseId, dict[int, float]] = {}  # of the ok trials, by round
        self._failed: dict[CaseId, list[str]] = {}
        self._baselines: dict[Subject, CaseId] = {}  # the one with the fewest workers

    def add_trial(self, samples: Sequence[Sample]) -> None:
        """Add all samples of one trial."""
        if not samples:
            return
        case = CaseId(**{field.name: getattr(samples[0], field.name) for field in fields(CaseId)})
        failure = next((sample.status for sample in samples if sample.status is not Status.OK), None)
        if failure is None:
            if case.backend == BASELINE:
                known = self._baselines.setdefault(case.subject, case)
                self._baselines[case.subject] = min(known, case, key=lambda baseline: baseline.workers)
            passes = [sample.elapsed_s for sample in samples if sample.elapsed_s is not None]
            self._seconds.setdefault(case, {})[samples[0].round] = statistics.median(passes)
        else:
            self._failed.setdefault(case, []).append(failure)

    def estimate(self, case: CaseId) -> CaseEstimate | None:
        """The estimate of a case; None if it has not been measured yet."""
        seconds, failed = self._seconds.get(case, {}), self._failed.get(case, [])
        if not seconds and not failed:
            return None
        median_s = statistics.median(seconds.values()) if seconds else None
        times = (case, len(seconds), len(failed), failed[0] if failed else Status.OK, median_s)
        baseline = self._baseline(case)
        if failed or baseline is None:
            return CaseEstimate(*times)
        if case.backend == BASELINE:
            return CaseEstimate(*times, speedup=Estimate(1.0, None, None), paired_rounds=len(seconds))
        logs = [math.log(baseline[number]) - math.log(own) for number, own in seconds.items() if number in baseline]
        return CaseEstimate(*times, _estimate(logs), len(logs), _is_constant(logs)) if logs else CaseEstimate(*times)

    def _baseline(self, case: CaseId) -> dict[int, float] | None:
        """The times of the baseline that a case is compared with, by round."""
        baseline = self._baselines.get(case.subject)
        return self._seconds[baseline] if baseline else None


def _estimate(logs: Sequence[float]) -> Estimate:
    """The ratio with these logarithms over the rounds, and Student's 95 % interval from 3 rounds on."""
    mean = statistics.fmean(logs)
    if len(logs) < MIN_ROUNDS:
        return Estimate(_ratio(mean), None, None)
    if _is_constant(logs):
        return Estimate(_ratio(mean), _ratio(mean), _ratio(mean))
    half = _t_quantile(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return Estimate(_ratio(mean), _ratio(mean - half), _ratio(mean + half))


def _is_constant(logs: Sequence[float]) -> bool:
    return len(logs) >= MIN_ROUNDS and max(logs) - min(logs) <= SAME_LOG


def _ratio(log: float) -> float:
    return math.exp(min(max(log, -LARGEST_LOG), LARGEST_LOG))


@cache
def _t_quantile(degrees: int) -> float:
    # scipy takes a second to import: only a run that reaches its third round pays for it, between two trials.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2))


def highest(estimates: Iterable[CaseEstimate]) -> CaseEstimate | None:
    """The estimate with the highest speedup; None if there is none."""
    known = ((one.speedup.point, one) for one in estimates if one.speedup is not None)
    return max(known, key=lambda pair: pair[0], default=(0.0, None))[1]


class TimeLeft:
    """Estimates the time left from the trials that have ended, of the same case or else of the most similar ones.

    Work between rounds (measuring the ceiling) counts too. If `rounds` is None, the precision decides how many there
    are: the time left is then that of the minimum, and `at_least` is true. `budget_s` limits all rounds but the first.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        rounds: int | None,
        budget_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cases = cases
        self.total_rounds = rounds
        self._rounds = rounds or MIN_ROUNDS_FOR_PRECISION
        self._budget_s = budget_s
        self._clock = clock
        self._took: dict[Case, list[float]] = {}
        self._between: list[float] = []  # before the first trial of each round
        self._round = -1
        self._done: list[Case] = []  # in the current round
        self._before: Sequence[Case] = cases  # in the previous round
        self._began = self._mark = clock()
        self._first_round_s = self._likely_s = self._later_s = 0.0

    @property
    def at_least(self) -> bool:
        """Whether more rounds than the minimum may follow."""
        return self.total_rounds is None

    @property
    def total_trials(self) -> int | None:
        """The number of trials of the whole run; None if it depends on the precision."""
        return None if self.total_rounds is None else len(self.cases) * self.total_rounds

    def trial_starts(self, round_number: int, case: Case) -> None:
        """A trial starts now."""
        now = self._clock()
        if round_number != self._round:
            self._between.append(now - self._mark)
            self._before = self._done or self.cases
            self._round, self._done = round_number, []
        self._done.append(case)
        self._mark = now
        self._plan_ahead(case)

    def trial_ended(self, case: Case) -> None:
        """The trial that started last has ended."""
        now = self._clock()
        self._took.setdefault(case, []).append(now - self._mark)
        self._mark = now

    @property
    def trial_s(self) -> float:
        """Seconds since the current trial started."""
        return self._clock() - self._mark

    def seconds(self) -> float | None:
        """The time left in seconds; None before any trial has ended."""
        if not self._took:
            return None
        rest = max(0.0, self._likely_s - self.trial_s)
        left = rest + self._first_round_s + self._later_s
        if self._budget_s is None:
            return left
        return max(rest + self._first_round_s, min(left, self._began + self._budget_s - self._clock()))

    def _plan_ahead(self, case: Case) -> None:
        """Sum up what follows a trial once, when it starts, so that `seconds` is cheap."""
        if not self._took:
            return
        self._likely_s = self._likely(case)
        done = set(self._done)
        this_round = self._sum(other for other in self._before if other not in done)
        whole = self._sum(self._before) + fmean(self._between[1:] or self._between)
        later = max(0, self._rounds - 1 - self._round) * whole
        in_first = self._round == 0
        self._first_round_s = this_round if in_first else 0.0
        self._later_s = later if in_first else later + this_round

    def _sum(self, cases: Iterable[Case]) -> float:
        return sum(map(self._likely, cases))

    def _likely(self, case: Case) -> float:
        """The mean time of the case's own trials, or else of the same workload and backend, same workload, or all."""
        if own := self._took.get(case):
            return fmean(own)
        similar: tuple[Callable[[Case], bool], ...] = (
            lambda other: (other.workload, other.backend) == (case.workload, case.backend),
            lambda other: other.workload == case.workload,
            lambda other: True,
        )
        known = ([took for other, times in self._took.items() if fits(other) for took in times] for fits in similar)
        return fmean(next(times for times in known if times))
