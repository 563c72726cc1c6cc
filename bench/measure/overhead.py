"""Measure what a backend costs beyond the work: per item, per worker, and per byte sent."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import geometric_mean

from bench.backends._registry import backends
from bench.errors import TrialFailed
from bench.measure import overhead_batches
from bench.measure.trial.live_trials import LiveTrial, LiveTrials
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.measure.trial_request import request_of
from bench.schema import BASELINE, Bound, Case, Interpreter, Status, Value

PATH = Path(overhead_batches.__file__)
WORKLOAD = "overhead-batches"
LIMIT_S = 60.0
FEW, MORE = 1, 5  # multiples of a backend's least number of workers; the difference gives the cost of one worker


@dataclass(frozen=True)
class Footprint:
    """A trial with a number of workers: seconds of its pool's start, and the memory of all its processes in bytes.

    `private_bytes` are pages that no other process maps, and `shared_bytes` the rest; both are None where unknown.
    """

    startup_s: float
    private_bytes: int | None
    shared_bytes: int | None


@dataclass(frozen=True)
class BackendOverhead:
    """One repetition of one backend: the seconds of each batch, and its footprint with few and with more workers.

    `baseline_seconds` are those of the baseline that took turns with it.
    """

    case: Case
    seconds: tuple[float, ...]
    baseline_seconds: tuple[float, ...]
    few: Footprint | None = None
    more: Footprint | None = None


def case_of(backend: str, options: dict[str, Value], workers: int, interpreter: Interpreter) -> Case:
    """The case that a trial of the batches measures."""
    return Case(
        workload=WORKLOAD,
        path=str(PATH),
        params={},
        bound=Bound.CPU,
        backend=backend,
        options=options,
        workers=workers,
        python=interpreter.version,
        executable=interpreter.executable,
        interpreter=interpreter.label or interpreter.version,
    )


def least_workers(case: Case) -> int:
    """The smallest number of workers that the case's backend can have with its options."""
    cls = backends()[case.backend]
    return next(count for count in range(1, case.workers + 1) if cls.fits(count, case.options))


@dataclass(frozen=True)
class OverheadMeter:
    """Measures repetitions, each with fresh interpreters. `step` is called with a line before each part.

    The first case is the baseline. `failed` are the cases that failed, with the reasons; they are not measured again.
    """

    cases: Sequence[Case]
    step: Callable[[str], None]
    seed: int = 0
    failed: dict[Case, TrialFailed] = field(default_factory=dict)

    def repetition(self, number: int) -> dict[Case, BackendOverhead]:
        """Time the batches of each backend in turns with the baseline, and start it with few and with more workers.

        Raises TrialFailed if the baseline fails.
        """
        baseline, *others = self.cases
        shuffle = random.Random(f"{self.seed}:{number}")
        measured = {}
        for case in shuffle.sample(others, len(others)):
            if case not in self.failed:
                try:
                    measured[case] = self._backend(case, baseline, shuffle)
                except TrialFailed as error:
                    self.failed[case] = error
        beside = [one.baseline_seconds for one in measured.values()] or [self._times([baseline], shuffle)[0]]
        own = tuple(geometric_mean(seconds) for seconds in zip(*beside, strict=True))
        return {baseline: BackendOverhead(baseline, own, own), **measured}

    def _backend(self, case: Case, baseline: Case, shuffle: random.Random) -> BackendOverhead:
        self.step(f"timing empty, large and computing items with {case.backend}")
        baseline_seconds, seconds = self._times([baseline, case], shuffle)
        self.step(f"starting workers of {case.backend}")
        few, more = (_footprint(case, times * least_workers(case)) for times in (FEW, MORE))
        return BackendOverhead(case, seconds, baseline_seconds, few, more)

    def _times(self, cases: Sequence[Case], shuffle: random.Random) -> list[tuple[float, ...]]:
        """The seconds of each batch, for each of the cases: they take turns, and back, so that a drift cancels out."""
        with LiveTrials() as alive:
            trials = {case: _started(alive, case, case.workers) for case in cases}
            for _ in overhead_batches.batches():
                turns = shuffle.sample(cases, len(cases))
                for case in (*turns, *reversed(turns)):
                    if not trials[case].over:
                        alive.make_pass(trials[case], _limit(case))
            for case, trial in trials.items():
                alive.stop(trial, _limit(case))
        return [_seconds(case, trial) for case, trial in trials.items()]


def repetitions(meter: OverheadMeter, least: int, late: Callable[[], bool]) -> Iterator[dict[Case, BackendOverhead]]:
    """At least so many repetitions, and then more until it is late."""
    number = 0
    while number < least or not late():
        yield meter.repetition(number)
        number += 1


def _started(alive: LiveTrials, case: Case, workers: int) -> LiveTrial:
    request = request_of(case, warmups=1, workers=workers)
    return alive.start(TrialSettings(case.executable, request, {}), _limit(case))


def _limit(case: Case) -> TimeLimit:
    return TimeLimit(LIMIT_S + backends()[case.backend].start_allowance_s)


def _seconds(case: Case, trial: LiveTrial) -> tuple[float, ...]:
    """The seconds of each batch of a trial that has ended. Raises TrialFailed."""
    try:
        _raise_if_failed(trial)
        passes = [one.elapsed_s for one in trial.outcome.measured]
        if len(passes) < overhead_batches.PASSES * len(overhead_batches.batches()):
            raise TrialFailed(Status.CRASHED, "the trial ended before its time")
    except TrialFailed as error:
        who = f"{BASELINE}: " if case.backend == BASELINE else ""
        raise TrialFailed(error.status, who + error.reason) from error
    firsts = range(0, len(passes), overhead_batches.PASSES)
    return tuple(geometric_mean(passes[first : first + overhead_batches.PASSES]) for first in firsts)


def _footprint(case: Case, workers: int) -> Footprint:
    """The footprint of a fresh trial with this number of workers. Raises TrialFailed."""
    with LiveTrials() as alive:
        trial = _started(alive, case, workers)
        memory = None if trial.process is None or trial.over else trial.process.measure_memory()
        alive.stop(trial, _limit(case))
    _raise_if_failed(trial)
    if trial.outcome.ready is None:
        raise TrialFailed(Status.CRASHED, "the trial ended before its time")
    return Footprint(trial.outcome.ready.startup_s, *(memory or (None, None)))


def _raise_if_failed(trial: LiveTrial) -> None:
    if failed := trial.outcome.failed:
        raise TrialFailed(failed.status, failed.reason)
