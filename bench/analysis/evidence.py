"""What is known about a claim: figures with intervals, and a verdict that follows from them alone.

Standard library only, since the experiments of claims import this in fresh interpreters.
"""

from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.estimate import Estimate
from bench.schema import MIN_ROUNDS


class ClaimVerdict(StrEnum):
    """What the evidence says of a claim."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does not hold"
    CANT_TELL = "can't tell"


class Unit(StrEnum):
    """What a figure counts."""

    SECONDS = "s"
    BYTES = "B"
    RATIO = "x"
    COUNT = ""


@dataclass(frozen=True)
class Figure:
    """One measured number with its 95 % interval; `trials` is how often it was measured, 0 for a known fact."""

    name: str
    estimate: Estimate
    unit: Unit
    trials: int

    def at_least(self, bound: float) -> bool | None:
        """Whether the figure is at least this; None if its interval leaves that open, or it has none."""
        if self.estimate.interval is None:
            return None
        low, high = self.estimate.interval
        return True if low >= bound else False if high < bound else None

    def at_most(self, bound: float) -> bool | None:
        """Whether the figure is at most this; None if its interval leaves that open, or it has none."""
        if self.estimate.interval is None:
            return None
        low, high = self.estimate.interval
        return True if high <= bound else False if low > bound else None

    def between(self, low: float, high: float) -> bool | None:
        """Whether the figure is in this range, its ends included."""
        return every(self.at_least(low), self.at_most(high))

    def at_least_times(self, factor: float, other: "Figure") -> bool | None:
        """Whether the figure is at least so many times another one, whatever their intervals allow together."""
        if other.estimate.interval is None:
            return None
        low, high = (self.at_least(factor * end) for end in other.estimate.interval)
        return low if low == high else None

    def equals(self, number: float) -> bool | None:
        """Whether every trial gave this number; None if only some did."""
        return self.between(number, number)


@dataclass(frozen=True)
class Evidence:
    """The figures of an experiment. `conditions` say how they were measured, one phrase each.

    If `missing` is not empty, it says what was lacking, and there is nothing to judge.
    """

    figures: tuple[Figure, ...] = ()
    conditions: tuple[str, ...] = ()
    missing: str = ""

    def __getitem__(self, name: str) -> Figure:
        found = next((figure for figure in self.figures if figure.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    @property
    def has_intervals(self) -> bool:
        """Whether every figure has an interval, or is of a kind that has none however many trials there are."""
        return all(figure.estimate.has_interval or figure.trials >= MIN_ROUNDS for figure in self.figures)

    def has(self, name: str) -> bool:
        """Whether there is a figure of this name."""
        return any(figure.name == name for figure in self.figures)

    def starting(self, prefix: str) -> list[Figure]:
        """The figures whose names start like this, in their order; there must be one."""
        found = [figure for figure in self.figures if figure.name.startswith(prefix)]
        if not found:
            raise KeyError(prefix)
        return found


@dataclass(frozen=True)
class ClaimJudgement:
    """The verdict on a claim, and why in one sentence."""

    verdict: ClaimVerdict
    why: str


@dataclass(frozen=True)
class ClaimResult:
    """A claim that was tried: `seconds` is how long its experiment took.

    With `failed`, the experiment itself did not work, which is not the claim's fault.
    """

    id: str
    claim: str
    criterion: str
    evidence: Evidence
    judgement: ClaimJudgement
    seconds: float
    failed: bool = False


def fact(name: str, number: float, unit: Unit = Unit.COUNT) -> Figure:
    """A number that is known exactly."""
    exact = float(number)
    return Figure(name, Estimate(exact, exact, exact), unit, 0)


def every(*conditions: bool | None) -> bool | None:
    """Whether all are true: one that is false decides, and otherwise one that is open leaves it open."""
    return False if False in conditions else None if None in conditions else True


def some(*conditions: bool | None) -> bool | None:
    """Whether at least one is true: one that is true decides, and otherwise one that is open leaves it open."""
    return True if True in conditions else None if None in conditions else False


def verdict_of(holds: bool | None) -> ClaimVerdict:
    """The verdict for a condition that is true, false or open."""
    if holds is None:
        return ClaimVerdict.CANT_TELL
    return ClaimVerdict.HOLDS if holds else ClaimVerdict.DOES_NOT_HOLD


def judged(holds: bool | None, why: str) -> ClaimJudgement:
    """The judgement by a condition; an open one says that the figures leave it open."""
    return ClaimJudgement(verdict_of(holds), f"{why}, which leaves it open" if holds is None else why)
