"""Turn what a trial reports into rows of samples.csv, each as soon as all of it is known."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bench.measure.completed import PendingTrial
from bench.measure.trial.outcome import Outcome
from bench.schema import Sample, Status


class TrialRows:
    """The rows of one trial: one per pass, and one for its failure if it fails.

    The row of the last pass waits for the time that the pool takes to stop, which is in that row only. Earlier rows do
    not wait, so that an interrupted run has them.
    """

    def __init__(self, run_name: str, trial: PendingTrial, passes: int) -> None:
        self.rows: list[Sample] = []
        self._run_name = run_name
        self._trial = trial
        self._case: dict[str, Any] = asdict(trial.case.id)
        self._passes = passes
        self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.outcome = Outcome()

    def new_rows(self, outcome: Outcome) -> list[Sample]:
        """The rows that can be written now and were not returned before."""
        self.outcome = outcome
        return self._up_to(self._passes if outcome.passes_complete else self._passes - 1)

    def remaining_rows(self) -> list[Sample]:
        """The measured passes not returned before, for a trial that was ended before it could report more."""
        return self._up_to(self._passes)

    def _up_to(self, passes: int) -> list[Sample]:
        outcome = self.outcome
        new = [
            self._row(measured is outcome.measured[-1], status=Status.OK, **asdict(measured))
            for measured in outcome.measured[len(self.rows) : passes]
        ]
        self.rows += new
        if outcome.failed and len(self.rows) == len(outcome.measured):
            failure = asdict(outcome.failed) | {"started_at": self._started_at, "value": len(outcome.measured)}
            new.append(self._row(True, **failure))
            self.rows.append(new[-1])
        return new

    def _row(self, is_last: bool, value: int, **facts: Any) -> Sample:
        outcome = self.outcome
        return Sample(
            run=self._run_name,
            **self._case,
            gil=outcome.ready.gil if outcome.ready else None,
            round=self._trial.round,
            position=self._trial.position,
            value=self._trial.first_value + value,
            startup_s=outcome.ready.startup_s if outcome.ready else None,
            shutdown_s=outcome.stopped.shutdown_s if outcome.stopped and is_last else None,
            **facts,
        )
