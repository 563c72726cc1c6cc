"""Turn what a trial reports into rows of samples.csv."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Measured
from bench.schema import Case, Sample, Status, canonical_json


@dataclass(frozen=True)
class Turn:
    """Where a pass belongs: its place in its cycle, and the seconds of the cycle's reference pass, if known."""

    position: int
    reference_s: float | None = None


def _figures(measured: Measured) -> dict[str, Any]:
    """What was measured in a pass, by the names of the columns."""
    metrics = None if measured.metrics is None else canonical_json(measured.metrics)
    return {**asdict(measured), "metrics": metrics}


class TrialRows:
    """The rows of one trial: one per pass, and one for its failure if it fails.

    The time that the pool took to stop is in the last row only, which is therefore made after the stop.
    """

    def __init__(self, run_name: str, case: Case, round_number: int, group: int) -> None:
        self.rows: list[Sample] = []
        self._scaling = case.scaling
        self._facts: dict[str, Any] = {"run": run_name, **asdict(case.id), "round": round_number, "group": group}
        self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._passes = 0

    def new_rows(self, outcome: Outcome, turn: Turn) -> list[Sample]:
        """The rows of what the outcome has more than when this was last called: at most a pass and a failure."""
        new = [
            self._row(outcome, turn, value=value, status=Status.OK, **_figures(measured))
            for value, measured in enumerate(outcome.measured[self._passes :], self._passes)
        ]
        self._passes = len(outcome.measured)
        if outcome.failed and not self.failed:
            failure = {"started_at": self._started_at, "value": self._passes, **asdict(outcome.failed)}
            new.append(self._row(outcome, turn, **failure))
        self.rows += new
        return new

    @property
    def failed(self) -> bool:
        """Whether there is a row for a failure."""
        return bool(self.rows) and self.rows[-1].status is not Status.OK

    def _row(self, outcome: Outcome, turn: Turn, **facts: Any) -> Sample:
        return Sample(
            **self._facts,
            position=turn.position,
            scaling=self._scaling,
            reference_s=turn.reference_s,
            gil=outcome.ready.gil if outcome.ready else None,
            startup_s=outcome.ready.startup_s if outcome.ready else None,
            shutdown_s=outcome.stopped.shutdown_s if outcome.stopped else None,
            **facts,
        )
