"""Results of `bench claims` with where they were found, and the same from the JSON of claims.json."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.analysis.crossing import Crossing, CurvePoint, Threshold, ThresholdName
from bench.analysis.estimate import Estimate
from bench.analysis.evidence import ClaimJudgement, ClaimResult, ClaimVerdict, Evidence, Figure, Unit


@dataclass(frozen=True)
class SavedClaims:
    """What one command found: `pythons` are versions, the main one first; `machine` as in environment.json."""

    started_at: str
    pythons: Sequence[str]
    machine: Mapping[str, Any]
    results: Sequence[ClaimResult]
    thresholds: Sequence[Threshold] = field(default=())

    @property
    def place(self) -> str:
        """The machine and the interpreters, in one line."""
        facts = [str(self.machine[fact]) for fact in ("cpu_model", "system") if self.machine.get(fact)]
        cores = self.machine.get("cores_usable")
        facts += [f"{cores} usable core{'' if cores == 1 else 's'}"] if cores else []
        return ", ".join([*facts, *(f"Python {version}" for version in self.pythons)])

    def is_of(self, machine: Mapping[str, Any]) -> bool:
        """Whether it was found on a machine like this one: the same processor, and as many usable cores."""
        return all(self.machine.get(fact) == machine.get(fact) for fact in ("cpu_model", "cores_usable"))


def parse_claims(facts: Any) -> SavedClaims:
    """From the JSON of claims.json. Raises ValueError if it is anything else."""
    try:
        return SavedClaims(
            started_at=str(facts["started_at"]),
            pythons=[str(version) for version in facts["pythons"]],
            machine=dict(facts["machine"]),
            results=[_result(claim) for claim in facts["claims"]],
            thresholds=[_threshold(threshold) for threshold in facts["thresholds"]],
        )
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"is not what `bench claims` writes: {type(error).__name__}: {error}") from error


def _result(facts: Any) -> ClaimResult:
    evidence = facts["evidence"]
    return ClaimResult(
        id=str(facts["id"]),
        claim=str(facts["claim"]),
        criterion=str(evidence["criterion"]),
        evidence=Evidence(
            tuple(
                Figure(
                    str(one["name"]),
                    _estimate(one["value"], one["low"], one["high"]),
                    Unit(one["unit"]),
                    0 + one["trials"],
                )
                for one in evidence["figures"]
            ),
            tuple(str(condition) for condition in evidence["conditions"]),
        ),
        judgement=ClaimJudgement(ClaimVerdict(facts["verdict"]), str(facts["why"])),
        seconds=float(facts["seconds"]),
    )


def _threshold(facts: Any) -> Threshold:
    crossing = facts["crossing"]
    return Threshold(
        name=ThresholdName(facts["name"]),
        unit=Unit(facts["unit"]),
        level=float(facts["level"]),
        points=tuple(CurvePoint(float(point["x"]), _estimate(**point["ratio"])) for point in facts["points"]),
        crossing=Crossing(crossing["x"] and _estimate(**crossing["x"]), str(crossing["why_not"])),
        conditions=str(facts["conditions"]),
    )


def _estimate(point: Any, low: Any, high: Any) -> Estimate:
    return Estimate(float(point), None if low is None else float(low), None if high is None else float(high))
