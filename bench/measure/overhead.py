"""Measure what a backend costs beyond the work: per item, per worker, and per byte sent."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import TrialFailed
from bench.measure import overhead_batches
from bench.measure.trial.live_trials import LiveTrial, LiveTrials
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.measure.trial_request import request_of
from bench.schema import BASELINE, Bound, Case, Interpreter, Status, Value

PATH = Path(overhead_batches.__file__)
WORKLOAD = "overhead-batches"
LIMIT = TimeLimit(60)
FEW, MORE = 1, 5  # workers, whose difference is the cost of one


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
    """One repetition of one backend: the seconds of each batch, and its footprint with few and with more workers."""

    case: Case
    seconds: tuple[float, ...]
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


@dataclass(frozen=True)
class OverheadMeter:
    """Measures repetitions, each with fresh interpreters. `step` is called with a line before each part."""

    cases: Sequence[Case]
    step: Callable[[str], None]
    seed: int = 0

    def repetition(self, number: int) -> dict[Case, BackendOverhead]:
        """Time the batches of all backends in turns, and then start each with few and with more workers.

        Raises TrialFailed, with the name of the case.
        """
        shuffle = random.Random(f"{self.seed}:{number}")
        self.step("timing empty, large and computing items")
        times = self._times(shuffle)
        measured = {}
        for case in shuffle.sample(self.cases, len(self.cases)):
            few = more = None
            if case.backend != BASELINE:
                self.step(f"starting workers of {case.backend}")
                few, more = (self._footprint(case, workers) for workers in (FEW, MORE))
            measured[case] = BackendOverhead(case, tuple(times[case]), few, more)
        return measured

    def _times(self, shuffle: random.Random) -> dict[Case, list[float]]:
        with LiveTrials() as alive:
            trials = {case: _started(alive, case, case.workers) for case in self.cases}
            for _ in overhead_batches.batches():
                for case in shuffle.sample(self.cases, len(self.cases)):
                    alive.make_pass(trials[case], LIMIT)
                    _raise_if_over(trials[case], case)
            for case, trial in trials.items():
                alive.stop(trial, LIMIT)
                _raise_if_failed(trial, case)
        return {case: [one.elapsed_s for one in trial.outcome.measured] for case, trial in trials.items()}

    def _footprint(self, case: Case, workers: int) -> Footprint:
        with LiveTrials() as alive:
            trial = _started(alive, case, workers)
            assert trial.process is not None and trial.outcome.ready is not None, "it was started"
            private, shared = trial.process.measure_memory() or (None, None)
            alive.stop(trial, LIMIT)
            _raise_if_failed(trial, case)
        return Footprint(trial.outcome.ready.startup_s, private, shared)


def repetitions(meter: OverheadMeter, least: int, late: Callable[[], bool]) -> Iterator[dict[Case, BackendOverhead]]:
    """At least so many repetitions, and then more until it is late."""
    number = 0
    while number < least or not late():
        yield meter.repetition(number)
        number += 1


def _started(alive: LiveTrials, case: Case, workers: int) -> LiveTrial:
    request = request_of(case, warmups=1, workers=workers)
    trial = alive.start(TrialSettings(case.executable, request, {}), LIMIT)
    _raise_if_over(trial, case)
    return trial


def _raise_if_over(trial: LiveTrial, case: Case) -> None:
    if trial.over:
        _raise_if_failed(trial, case)
        raise TrialFailed(Status.CRASHED, f"{case.backend}: the trial ended before its time")


def _raise_if_failed(trial: LiveTrial, case: Case) -> None:
    if failed := trial.outcome.failed:
        raise TrialFailed(failed.status, f"{case.backend}: {failed.reason}")
