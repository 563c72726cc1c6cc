"""What a run that is going on comes to so far: the figures of `speedup.summarise`, without pandas and as cheaply."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache

from bench.analysis.exactness import CONFIDENCE, LARGEST_LOG, SAME_LOG
from bench.case_id import CaseId, Subject
from bench.samples import BASELINE, FEWEST_ROUNDS, Sample, Status


@dataclass(frozen=True)
class Standing:
    """One case by now: the median of its ok trials in seconds, and its speedup over the plain loop; unknown is None.

    `trials` counts the ok ones, `failed` the others; where any failed, `status` is the first one's, and there is no
    speedup.
    """

    case: CaseId
    trials: int
    failed: int
    status: str
    median_s: float | None
    speedup: float | None = None
    speedup_low: float | None = None
    speedup_high: float | None = None
    paired_rounds: int = 0
    deterministic: bool = False

    @property
    def is_baseline(self) -> bool:
        """Whether this is the plain loop."""
        return self.case.backend == BASELINE


class SoFar:
    """Takes in each trial's samples, and gives the standing of any case."""

    def __init__(self) -> None:
        self._seconds: dict[CaseId, dict[int, float]] = {}  # of the ok trials, by round
        self._failed: dict[CaseId, list[str]] = {}
        self._loops: dict[Subject, CaseId] = {}  # the plain loop with fewest workers

    def see(self, samples: Sequence[Sample]) -> None:
        """Take in all samples of one trial."""
        if not samples:
            return
        case = CaseId(**{field.name: getattr(samples[0], field.name) for field in fields(CaseId)})
        wrong = next((sample.status for sample in samples if sample.status is not Status.OK), None)
        if wrong is None:
            if case.backend == BASELINE:
                known = self._loops.setdefault(case.subject, case)
                self._loops[case.subject] = min(known, case, key=lambda loop: loop.workers)
            passes = [sample.elapsed_s for sample in samples if sample.elapsed_s is not None]
            self._seconds.setdefault(case, {})[samples[0].round] = statistics.median(passes)
        else:
            self._failed.setdefault(case, []).append(wrong)

    def standing(self, case: CaseId) -> Standing | None:
        """How a case stands; None where it has not been measured yet."""
        seconds, failed = self._seconds.get(case, {}), self._failed.get(case, [])
        if not seconds and not failed:
            return None
        median_s = statistics.median(seconds.values()) if seconds else None
        bare = (case, len(seconds), len(failed), failed[0] if failed else Status.OK, median_s)
        loop = self._loop(case)
        if failed or loop is None:
            return Standing(*bare)
        if case.backend == BASELINE:
            return Standing(*bare, speedup=1.0, paired_rounds=len(seconds))
        logs = [math.log(loop[number]) - math.log(own) for number, own in seconds.items() if number in loop]
        return Standing(*bare, *_interval(logs), len(logs), _is_constant(logs)) if logs else Standing(*bare)

    def _loop(self, case: CaseId) -> dict[int, float] | None:
        """The times of the plain loop that a case is compared with."""
        loop = self._loops.get(case.subject)
        return self._seconds[loop] if loop else None


def _interval(logs: Sequence[float]) -> tuple[float, float | None, float | None]:
    """The ratio with these logarithms over the rounds, and Student's 95 % interval from 3 rounds on."""
    mean = statistics.fmean(logs)
    if len(logs) < FEWEST_ROUNDS:
        return _ratio(mean), None, None
    if _is_constant(logs):
        return _ratio(mean), _ratio(mean), _ratio(mean)
    half = _t_quantile(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return _ratio(mean), _ratio(mean - half), _ratio(mean + half)


def _is_constant(logs: Sequence[float]) -> bool:
    return len(logs) >= FEWEST_ROUNDS and max(logs) - min(logs) <= SAME_LOG


def _ratio(log: float) -> float:
    return math.exp(min(max(log, -LARGEST_LOG), LARGEST_LOG))


@cache
def _t_quantile(degrees: int) -> float:
    # scipy takes a second to import: that is paid between two trials, by a run that got as far as its third round.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2))


def highest(standings: Iterable[Standing]) -> Standing | None:
    """The one with the highest speedup; None where none has any."""
    return max((one for one in standings if one.speedup is not None), key=lambda one: one.speedup or 0.0, default=None)
