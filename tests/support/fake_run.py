"""A run without processes: trials do what a function says, a clock is moved by hand, and every event is listed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from bench.measure.ceiling import CeilingMeter
from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.plan import Plan
from bench.measure.reference import TimeReference
from bench.measure.runner import Instruments, NextRound, Runner, RunResult
from bench.measure.trial.live_trials import LiveTrial, LiveTrials
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Failed, Measured, Ready, Request, Stopped, WarmedUp
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.schema import Case, Ceiling, RunWarning, Sample
from tests.support.cases import READY, measured

START, STOP = -1, -2  # in place of the number of a timed pass

Behaviour = Callable[[Request, int], Measured | Failed]
"""What a trial reports when it has made its untimed passes (START), each timed pass (from 0), and its STOP."""

Waiting = Callable[[Request, int], float | Failed]
"""The CPU seconds that a trial uses after so many passes of its own while another makes one; or that it fails."""


def ok(*_: object) -> Measured:
    """Every pass takes a second and a half."""
    return measured()


def failing(failed: Failed, *at: int) -> Behaviour:
    """A trial that fails in these passes, and is ok otherwise."""
    return lambda _, number: failed if number in at else measured()


class FakeTrial(LiveTrial):
    """One trial that is alive, without a process."""

    def __init__(self, request: Request) -> None:
        super().__init__(Outcome(), None)
        self.request = request
        self.processes = 1
        self.is_over = False

    @property
    def over(self) -> bool:
        return self.is_over

    @property
    def name(self) -> str:
        """The trial in the events of its run."""
        return f"{self.request.backend} x{self.request.workers}"


class FakeLiveTrials(LiveTrials):
    """Trials that do at once what the run's functions say."""

    def __init__(self, run: "FakeRun") -> None:
        self._run = run
        self._trials: list[FakeTrial] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for trial in self._those_alive():
            trial.is_over = True
            self._run.events.append(f"kill {trial.name}")

    def start(self, settings: TrialSettings, limit: TimeLimit) -> LiveTrial:
        trial = FakeTrial(settings.request)
        self._trials.append(trial)
        self._run.settings.append(settings)
        self._run.limits.append((START, limit.seconds))
        self._run.alive.append(len(self._those_alive()))
        self._run.events.append(f"start {trial.name}")
        reported = self._run.behaviour(settings.request, START)
        if isinstance(reported, Failed):
            trial.outcome.failed, trial.is_over = reported, True
        else:
            trial.outcome.ready = self._run.ready
            trial.outcome.warmed_up = WarmedUp(reported.elapsed_s if settings.request.warmups else None)
        return trial

    def make_pass(self, trial: LiveTrial, limit: TimeLimit) -> None:
        assert isinstance(trial, FakeTrial) and not trial.over and trial in self._trials
        number = len(trial.outcome.measured)
        self._run.limits.append((number, limit.seconds))
        self._run.events.append(f"pass {number} of {trial.name}")
        reported = self._run.behaviour(trial.request, number)
        if isinstance(reported, Failed):
            trial.outcome.failed, trial.is_over = reported, True
        else:
            trial.outcome.measured.append(reported)
        for other in self._those_alive():
            if other is not trial:
                self._rest(other)

    def stop(self, trial: LiveTrial, limit: TimeLimit) -> None:
        if trial.over:
            return
        assert isinstance(trial, FakeTrial)
        self._run.limits.append((STOP, limit.seconds))
        self._run.events.append(f"stop {trial.name}")
        reported = self._run.behaviour(trial.request, STOP)
        trial.is_over = True
        if isinstance(reported, Failed):
            trial.outcome.failed = reported
        else:
            trial.outcome.stopped, trial.outcome.finished = Stopped(0.5), True

    def end_failed(self) -> None:
        for trial in self._those_alive():
            trial.is_over = trial.outcome.failed is not None

    def _rest(self, trial: FakeTrial) -> None:
        used = self._run.waiting(trial.request, len(trial.outcome.measured))
        if isinstance(used, Failed):
            trial.outcome.failed = used
        else:
            trial.waiting_cpu_s = used

    def _those_alive(self) -> list[FakeTrial]:
        return [trial for trial in self._trials if not trial.over]


class FakeRun:
    """Stands in for everything that a Runner is given: instruments, recorder and progress."""

    run_name = "the-run"

    def __init__(self, behaviour: Behaviour = ok, waiting: Waiting = lambda *_: 0.0, ready: Ready = READY) -> None:
        self.behaviour, self.waiting, self.ready = behaviour, waiting, ready
        self.now = 1000.0
        self.references: list[float | None] = []  # of the next cycles
        self.events: list[str] = []
        self.samples: list[Sample] = []
        self.ceilings: list[Ceiling] = []
        self.facts: dict[str, Any] = {}
        self.warned: list[list[str]] = []
        self.settings: list[TrialSettings] = []  # of each trial
        self.limits: list[tuple[int, float]] = []  # of each turn: START, the number of the pass, or STOP, and seconds
        self.alive: list[int] = []  # the trials that are alive together, after each start
        self.instruments = Instruments(
            lambda: FakeLiveTrials(self),
            self._reference,
            lambda: CeilingMeter(self._measure_ceiling, lambda: self.now, cores=64),
            lambda: self.now,
        )

    def run(
        self, plan: Plan, next_round: NextRound | None = None, completed: Completed = NOTHING_COMPLETED
    ) -> RunResult:
        """Run all rounds of a plan, by default each with every case."""
        every_case: NextRound = lambda done, spent_s: plan.cases  # noqa: E731  # typed, and shorter than a function
        return Runner(plan, self, self, next_round or every_case, completed, None, self.instruments).run()

    @contextmanager
    def _reference(self, executable: str) -> Iterator[TimeReference]:
        def time_reference() -> float | None:
            self.events.append("reference")
            return self.references.pop(0) if self.references else 0.02

        yield time_reference

    def _measure_ceiling(self, case: Case, count: int, round_number: int, budget_s: float) -> Ceiling:
        self.events.append(f"ceiling of {count} in {case.executable}")
        return Ceiling(round_number, count, alone_s=1.0, together_s=1.25, python=case.python)

    def note_ceilings(self, ceilings: list[Ceiling]) -> None:
        self.ceilings += ceilings

    def note(self, facts: Mapping[str, Any]) -> None:
        self.facts |= facts

    def append(self, samples: list[Sample]) -> None:
        self.events.append(f"append {len(samples)}")
        self.samples += samples

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self.events.append(f"round {round_number} position {position} {case.label}")

    def cycle_starts(self, workload: str, cycle: int, cycles: int | None) -> None:
        self.events.append(f"cycle {cycle} of {cycles} of {workload}")

    def leaves_out(self, names: Sequence[str]) -> None:
        self.events.append(f"left out {', '.join(names)}")

    def trace_starts(self, case: Case) -> None:
        self.events.append(f"trace {case.label}")

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self.events.append(f"ended {case.label} with {len(samples)}")

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        self.warned.append([warning.text for warning in warnings])
