"""A run without processes: trials end with given outcomes, a clock is moved by hand, and every event is listed."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any

from bench.measure.completed import NOTHING_COMPLETED, Completed
from bench.measure.plan import Plan
from bench.measure.runner import Instruments, NextRound, Runner, RunResult
from bench.measure.trial.launcher import TrialSettings
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request, Stopped
from bench.schema import Case, Ceiling, RunWarning, Sample
from tests.support.cases import READY, measured

Trial = Callable[[TrialSettings], Generator[Outcome, None, None]]


def ok(*_: Any) -> Outcome:
    """A successful trial of one pass."""
    return Outcome(READY, [measured()], stopped=Stopped(0.5))


class FakeRun:
    """Stands in for everything that a Runner is given: instruments, recorder and progress."""

    run_name = "the-run"

    def __init__(self, outcome: Callable[[Request], Outcome] = ok, trial: Trial | None = None) -> None:
        """Every trial yields `outcome(request)` once, unless `trial` is given."""
        self.outcome = outcome
        self.now = 1000.0
        self.events: list[str] = []
        self.samples: list[Sample] = []
        self.ceilings: list[Ceiling] = []
        self.facts: dict[str, Any] = {}
        self.warned: list[list[str]] = []
        self.settings: list[TrialSettings] = []
        self.instruments = Instruments(trial or self._trial, self._measure_ceilings, lambda: self.now)

    def run(
        self, plan: Plan, next_round: NextRound | None = None, completed: Completed = NOTHING_COMPLETED
    ) -> RunResult:
        """Run all rounds of a plan, by default each with every case."""
        every_case: NextRound = lambda done, seconds: plan.cases  # noqa: E731  # typed, and shorter than a function
        return Runner(plan, self, self, next_round or every_case, completed, None, self.instruments).run()

    def _trial(self, settings: TrialSettings) -> Generator[Outcome, None, None]:
        self.events.append("launch")
        self.settings.append(settings)
        yield self.outcome(settings.request)

    def _measure_ceilings(
        self, executable: str, python: str, counts: Iterable[int], round_number: int
    ) -> list[Ceiling]:
        wanted = list(counts)
        self.events.append(f"ceilings of {wanted} in {executable}")
        return [Ceiling(round_number, count, alone_s=1.0, together_s=1.25, python=python) for count in wanted]

    def note_ceilings(self, ceilings: list[Ceiling]) -> None:
        self.ceilings += ceilings

    def note(self, facts: Mapping[str, Any]) -> None:
        self.facts |= facts

    def append(self, samples: list[Sample]) -> None:
        self.events.append("append")
        self.samples += samples

    def trial_starts(self, round_number: int, position: int, case: Case) -> None:
        self.events.append(f"round {round_number} position {position} {case.label}")

    def trace_starts(self, case: Case) -> None:
        self.events.append(f"trace {case.label}")

    def trial_ended(self, case: Case, samples: list[Sample]) -> None:
        self.events.append(f"ended with {len(samples)}")

    def warns(self, warnings: Sequence[RunWarning]) -> None:
        self.warned.append([warning.text for warning in warnings])
