"""What a run does, noted: for tests of the loop that has trials run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.measure.plan import Plan
from bench.measure.runner import Done, run
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Request, Stopped
from bench.schema import Case, Ceiling, RunWarning, Sample
from tests.support.cases import READY, measured


class Notes:
    """Takes the place of all that a run calls, and notes what happens in its order; no time is spent on ceilings."""

    def __init__(self, outcome: Callable[[Request], Outcome]) -> None:
        self.outcome = outcome
        self.events: list[str] = []
        self.samples: list[Sample] = []
        self.ceilings: list[Ceiling] = []
        self.facts: dict[str, Any] = {}
        self.warned: list[list[str]] = []
        self.launches: list[tuple[str, Request, Mapping[str, str], float]] = []

    def follow(
        self,
        executable: str,
        request: Request,
        environment: Mapping[str, str],
        timeout_s: float,
        why: str = "",
        scratch: Path | None = None,
    ) -> Iterator[Outcome]:
        self.events.append("launch")
        self.launches.append((executable, request, environment, timeout_s))
        yield self.outcome(request)

    def measure_ceilings(self, executable: str, python: str, counts: Iterable[int], round_number: int) -> list[Ceiling]:
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

    def warns(self, cautions: Sequence[RunWarning]) -> None:
        self.warned.append([caution.text for caution in cautions])


def ok(*_: Any) -> Outcome:
    """A trial of one pass that went well."""
    return Outcome(READY, [measured()], stopped=Stopped(0.5))


Launched = Callable[..., Notes]


def run_all(plan: Plan, notes: Notes) -> Done:
    """Make all of a plan's rounds, each with every case, whatever time they take."""
    return run(plan, "the-run", notes, notes, lambda done, seconds: plan.cases)
