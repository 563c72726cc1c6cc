"""Claims about a speedup: each holds, does not hold, or cannot be told from the interval."""

from collections.abc import Callable
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Protocol

from bench.analysis.estimate import Estimate
from bench.output.wording import formatting

COMPARISONS: dict[str, Callable[[float, float], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}


class ClaimOutcome(StrEnum):
    """What is known about a claim."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does not hold"
    CANT_TELL = "can't tell"


class Unsure(StrEnum):
    """What becomes of a claim that cannot be told: it fails, is allowed, or is measured once more."""

    FAIL = "fail"
    ALLOW = "allow"
    RETRY = "retry"


class ClaimEvidence(Protocol):
    """What was measured, for a claim to judge and to explain."""

    unsure: Unsure

    @property
    def estimate(self) -> Estimate: ...
    @property
    def lines(self) -> list[str]: ...
    def measure_again(self) -> bool: ...
    def note_claim(self, claim: str, outcome: ClaimOutcome) -> None: ...


class SpeedupFigure(float):
    """A number of a speedup that remembers how it was measured."""

    evidence: ClaimEvidence

    @classmethod
    def of(cls, value: float, evidence: ClaimEvidence) -> "SpeedupFigure":
        """The number with its evidence."""
        figure = cls(value)
        figure.evidence = evidence
        return figure


class SpeedupClaim:
    """A comparison of a speedup with a number: true if it holds, or if it cannot be told and that is allowed."""

    def __init__(self, evidence: ClaimEvidence, comparison: str, number: float) -> None:
        self.text = f"speedup {comparison} {number:g}"
        self.outcome = judge(evidence.estimate, comparison, number)
        if self.outcome is ClaimOutcome.CANT_TELL and evidence.unsure is Unsure.RETRY and evidence.measure_again():
            self.outcome = judge(evidence.estimate, comparison, number)
        self._is_allowed = self.outcome is ClaimOutcome.CANT_TELL and evidence.unsure is Unsure.ALLOW
        evidence.note_claim(self.text, self.outcome)

    def __bool__(self) -> bool:
        return self.outcome is ClaimOutcome.HOLDS or self._is_allowed

    def __repr__(self) -> str:
        return f"<{self.text}: {self.outcome}>"


class MeasuredSpeedup:
    """A speedup with its 95 % interval: compare it as a whole, or its `point`, `low` or `high`.

    Without an interval, `low` is 0 and `high` infinite: nothing is known.
    """

    def __init__(self, evidence: ClaimEvidence) -> None:
        self.evidence = evidence

    @property
    def point(self) -> SpeedupFigure:
        """The baseline's time over the case's."""
        return SpeedupFigure.of(self.evidence.estimate.point, self.evidence)

    @property
    def low(self) -> SpeedupFigure:
        """The lower end of the interval."""
        return SpeedupFigure.of(_ends(self.evidence.estimate)[0], self.evidence)

    @property
    def high(self) -> SpeedupFigure:
        """The upper end of the interval."""
        return SpeedupFigure.of(_ends(self.evidence.estimate)[1], self.evidence)

    def __gt__(self, number: float) -> SpeedupClaim:
        return SpeedupClaim(self.evidence, ">", number)

    def __ge__(self, number: float) -> SpeedupClaim:
        return SpeedupClaim(self.evidence, ">=", number)

    def __lt__(self, number: float) -> SpeedupClaim:
        return SpeedupClaim(self.evidence, "<", number)

    def __le__(self, number: float) -> SpeedupClaim:
        return SpeedupClaim(self.evidence, "<=", number)

    def __repr__(self) -> str:
        return formatting.estimated_times(self.evidence.estimate)


def judge(estimate: Estimate, comparison: str, number: float) -> ClaimOutcome:
    """A claim holds if it does for the whole interval, and does not hold if it does for no part of it."""
    holds = {COMPARISONS[comparison](end, number) for end in _ends(estimate)}
    if len(holds) == 2:
        return ClaimOutcome.CANT_TELL
    return ClaimOutcome.HOLDS if holds.pop() else ClaimOutcome.DOES_NOT_HOLD


def _ends(estimate: Estimate) -> tuple[float, float]:
    return estimate.interval or (0.0, float("inf"))
