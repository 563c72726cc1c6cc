"""From what a trial says to rows of samples.csv, each as soon as all of it is known."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bench.measure.completed import Missing
from bench.measure.trial.outcome import Outcome
from bench.schema import Sample, Status


class TrialRows:
    """The rows of one trial, which is asked for `passes` of them: one for each, and one for what went wrong.

    The last pass waits for the time that the pool takes to stop, which is in its row alone: a median over the trial
    finds it there. Earlier ones do not wait, so that a run that is cut off has them.
    """

    def __init__(self, run_name: str, trial: Missing, passes: int) -> None:
        self.given: list[Sample] = []
        self._run_name = run_name
        self._trial = trial
        self._case: dict[str, Any] = asdict(trial.case.id)
        self._passes = passes
        self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.outcome = Outcome()

    def fresh(self, outcome: Outcome) -> list[Sample]:
        """The rows that can be written now and were not given before."""
        self.outcome = outcome
        return self._up_to(self._passes if outcome.passes_told else self._passes - 1)

    def left(self) -> list[Sample]:
        """What was measured and not given before, for a trial that was ended before it could say more."""
        return self._up_to(self._passes)

    def _up_to(self, passes: int) -> list[Sample]:
        outcome = self.outcome
        fresh = [
            self._row(one is outcome.measured[-1], status=Status.OK, **asdict(one))
            for one in outcome.measured[len(self.given) : passes]
        ]
        self.given += fresh
        if outcome.failed and len(self.given) == len(outcome.measured):
            failure = asdict(outcome.failed) | {"started_at": self._started_at, "value": len(outcome.measured)}
            fresh.append(self._row(True, **failure))
            self.given.append(fresh[-1])
        return fresh

    def _row(self, at_the_end: bool, value: int, **facts: Any) -> Sample:
        outcome = self.outcome
        return Sample(
            run=self._run_name,
            **self._case,
            gil=outcome.ready.gil if outcome.ready else None,
            round=self._trial.round,
            position=self._trial.position,
            value=self._trial.first_value + value,
            startup_s=outcome.ready.startup_s if outcome.ready else None,
            shutdown_s=outcome.stopped.shutdown_s if outcome.stopped and at_the_end else None,
            **facts,
        )
