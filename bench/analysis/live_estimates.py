"""Estimates during a run: the figures of `summary.summarise`, cheaply and without pandas."""

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from statistics import fmean

from bench.analysis.estimate import CONFIDENCE, LARGEST_LOG, SAME_LOG, Estimate
from bench.schema import BASELINE, MIN_ROUNDS, CaseId, Sample, ScalingKind, Status, Subject

Group = tuple[str, int, int]  # run, round and group


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
        self._trials: dict[CaseId, dict[Group, TrialTimes]] = {}  # the ok ones
        self._failed: dict[CaseId, list[str]] = {}
        self._baselines: dict[Subject, CaseId] = {}  # the one with the fewest workers

    def add_trial(self, samples: Sequence[Sample]) -> None:
        """Add all samples of one trial, in whichever order the trials of a group end."""
        if not samples:
            return
        case = CaseId(**{field.name: getattr(samples[0], field.name) for field in fields(CaseId)})
        failure = next((sample.status for sample in samples if sample.status is not Status.OK), None)
        if failure is None:
            if case.backend == BASELINE:
                known = self._baselines.setdefault(case.subject, case)
                self._baselines[case.subject] = min(known, case, key=lambda baseline: baseline.workers)
            group = (samples[0].run, samples[0].round, samples[0].group)
            self._trials.setdefault(case, {})[group] = TrialTimes(samples)
        else:
            self._failed.setdefault(case, []).append(failure)

    def estimate(self, case: CaseId) -> CaseEstimate | None:
        """The estimate of a case; None if it has not been measured yet."""
        trials, failed = self._trials.get(case, {}), self._failed.get(case, [])
        if not trials and not failed:
            return None
        median_s = statistics.median(trial.median_s for trial in trials.values()) if trials else None
        times = (case, len(trials), len(failed), failed[0] if failed else Status.OK, median_s)
        baseline = self._baselines.get(case.subject)
        if failed or baseline is None:
            return CaseEstimate(*times)
        if case.backend == BASELINE:
            return CaseEstimate(*times, speedup=Estimate(1.0, None, None), paired_rounds=len(trials))
        logs = list(self._log_speedups(trials, self._trials[baseline]))
        return CaseEstimate(*times, _estimate(logs), len(logs), _is_constant(logs)) if logs else CaseEstimate(*times)

    def _log_speedups(
        self, trials: Mapping[Group, "TrialTimes"], baselines: Mapping[Group, "TrialTimes"]
    ) -> Iterator[float]:
        """Of each trial that shares cycles with one of the baseline."""
        for group, trial in trials.items():
            if group in baselines and (log := trial.log_speedup(baselines[group])) is not None:
                yield log


class TrialTimes:
    """The times of an ok trial."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        passes = {sample.value: sample.elapsed_s for sample in samples if sample.elapsed_s is not None}
        self.median_s = statistics.median(passes.values())
        weak = samples[0].scaling is ScalingKind.WEAK
        items = {sample.value: (sample.items or 1) if weak else 1 for sample in samples}
        self._logs = {cycle: math.log(seconds / items[cycle]) for cycle, seconds in passes.items()}
        self._speedup: tuple[TrialTimes, float | None] | None = None

    def log_speedup(self, baseline: "TrialTimes") -> float | None:
        """The mean logarithm of the speedup over the shared cycles, None without any; remembered, as both are whole."""
        if self._speedup is None or self._speedup[0] is not baseline:
            ratios = [baseline._logs[cycle] - log for cycle, log in self._logs.items() if cycle in baseline._logs]
            self._speedup = (baseline, fmean(ratios) if ratios else None)
        return self._speedup[1]


def _estimate(logs: Sequence[float]) -> Estimate:
    """The ratio with these logarithms over the trials, and Student's 95 % interval from 3 trials on."""
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
