"""The trials that are alive together: one at a time has the turn, and the others wait for theirs."""

import selectors
import time
from collections.abc import Callable
from typing import Self

from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Continue, Stop
from bench.measure.trial.trial_process import CannotStart, TimeLimit, TrialProcess, TrialSettings, cannot_start

_POLL_S = 0.1  # on systems without an event for the end of a process


class LiveTrial:
    """One trial among those alive: what it has reported, and whether it is over.

    `processes` and `memory_bytes` are those of its whole tree after its untimed passes. `waiting_cpu_s` is the CPU time
    that it used during the last pass of another trial, when it should have been idle. All are 0 where they are unknown.
    """

    def __init__(self, outcome: Outcome, process: TrialProcess | None) -> None:
        self.outcome = outcome
        self.process = process
        self.processes = 0
        self.memory_bytes = 0
        self.waiting_cpu_s = 0.0

    @property
    def over(self) -> bool:
        """Whether the trial has ended, for whatever reason; its outcome is complete then."""
        return self.process is None or self.process.over


class LiveTrials:
    """Starts trials and gives each its turn. At the end none of their processes and temporary files is left.

    Whoever has the turn, messages of all of them are taken in: a trial that dies or prints while it waits is noticed.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._alive: list[LiveTrial] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for trial in self._alive:
            _process(trial).ask_to_end()  # all at once, so that they do not have to be waited for one by one
        while self._alive:
            self._close(self._alive[-1])
        self._selector.close()

    def start(self, settings: TrialSettings, limit: TimeLimit) -> LiveTrial:
        """Start a trial, and wait until its untimed passes are done, or it is over. Raises NoTemporaryFolder."""
        try:
            process = TrialProcess(settings)
        except CannotStart as error:
            return LiveTrial(cannot_start(error), None)
        trial = LiveTrial(process.outcome, process)
        self._alive.append(trial)
        for descriptor in (process.channel, process.stderr, process.exit_event):
            if descriptor is not None:
                self._selector.register(descriptor, selectors.EVENT_READ, process)
        self._wait(trial, limit, lambda: trial.outcome.warmed_up is not None)
        if not trial.over:
            trial.processes, trial.memory_bytes = process.measure_size()
        return trial

    def make_pass(self, trial: LiveTrial, limit: TimeLimit) -> None:
        """Let a trial make one timed pass, while the others wait; on return it has one more, or is over."""
        others = [other for other in self._alive if other is not trial]
        before = [_process(other).cpu_s() for other in others]
        passes = len(trial.outcome.measured)
        _process(trial).send(Continue())
        self._wait(trial, limit, lambda: len(trial.outcome.measured) > passes)
        for other, used_s in zip(others, before, strict=True):
            other.waiting_cpu_s = max(_process(other).cpu_s() - used_s, 0.0)

    def stop(self, trial: LiveTrial, limit: TimeLimit) -> None:
        """Let a trial stop its pool and exit; it is over on return."""
        if not trial.over:
            _process(trial).send(Stop())
            self._wait(trial, limit, lambda: False)

    def end_failed(self) -> None:
        """End the trials that have failed or died while they waited for their turn."""
        for trial in list(self._alive):
            process = _process(trial)
            if process.has_exited or trial.outcome.done or trial.outcome.channel_closed:
                self._wait(trial, TimeLimit(0), lambda: False)

    def _wait(self, trial: LiveTrial, limit: TimeLimit, reached: Callable[[], bool]) -> None:
        """Serve all trials until this one has reached its goal, or has exited or used up its time: then it is over."""
        process, deadline = _process(trial), time.monotonic() + limit.seconds
        while not reached() or trial.outcome.done:
            exited = process.has_exited
            left = process.time_left(deadline)
            if exited or left <= 0:
                if exited:
                    process.read_rest()
                process.diagnose(limit)
                self._close(trial)
                return
            self._serve(min(left, _POLL_S) if process.exit_event is None else left)

    def _serve(self, timeout_s: float) -> None:
        for key, _ in self._selector.select(timeout_s):
            process: TrialProcess = key.data
            if key.fd == process.exit_event or not process.read(key.fd):
                self._selector.unregister(key.fd)

    def _close(self, trial: LiveTrial) -> None:
        process = _process(trial)
        for key in [key for key in self._selector.get_map().values() if key.data is process]:
            self._selector.unregister(key.fd)
        self._alive.remove(trial)
        process.close()


def _process(trial: LiveTrial) -> TrialProcess:
    assert trial.process is not None, "it was started"
    return trial.process


def run_trial(settings: TrialSettings, limit: TimeLimit, passes: int = 1) -> Outcome:
    """Run one trial from its start to its end, and return its outcome. Raises NoTemporaryFolder."""
    with LiveTrials() as alive:
        trial = alive.start(settings, limit)
        for _ in range(passes):
            if not trial.over:
                alive.make_pass(trial, limit)
        alive.stop(trial, limit)
    return trial.outcome
