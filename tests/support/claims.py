"""Results of claims for tests: one of each verdict, and thresholds that are known or not."""

from bench.analysis.crossing import Crossing, CurvePoint, Threshold, ThresholdName
from bench.analysis.estimate import Estimate
from bench.analysis.evidence import ClaimJudgement, ClaimResult, ClaimVerdict, Evidence, Figure, Unit
from bench.analysis.saved_claims import SavedClaims
from tests.support.factory import ENVIRONMENT

SPEEDUP = Figure("speedup of threading x5", Estimate(4.9, 4.8, 4.95), Unit.RATIO, 3)
COUNT = Figure("exceptions collected", Estimate(1.0, 1.0, 1.0), Unit.COUNT, 5)


def result(id_: str, verdict: ClaimVerdict, *figures: Figure, why: str = "it took 1.2 s") -> ClaimResult:
    """A claim that was tried."""
    evidence = Evidence(figures, ("waits of 0.1 s",) if figures else ())
    return ClaimResult(
        id_, f"The claim {id_} is true.", "It is at least 1x.", evidence, ClaimJudgement(verdict, why), 1.5
    )


RESULTS = (
    result("io-threads", ClaimVerdict.HOLDS, SPEEDUP),
    result("group-collects-all", ClaimVerdict.DOES_NOT_HOLD, COUNT),
    result("free-threading", ClaimVerdict.CANT_TELL, why="there is no free-threaded interpreter"),
)


def threshold(name: ThresholdName, x: Estimate | None, why_not: str = "") -> Threshold:
    """A threshold with the curve that it comes from."""
    unit = Unit.COUNT if name is ThresholdName.WAITS else Unit.SECONDS
    points = (CurvePoint(1e-3, Estimate(0.9, 0.8, 1.0)), CurvePoint(1.0, Estimate(2.0, None, None)))
    return Threshold(name, unit, 1.1, points, Crossing(x, why_not), "time of threads / asyncio")


KNOWN = (
    threshold(ThresholdName.WAITS, Estimate(123.4, 80.0, 214.0)),
    threshold(ThresholdName.ITEM, Estimate(2.2e-4, 1.1e-4, 4e-4)),
    threshold(ThresholdName.ITEM_COLD, Estimate(1.2e-3, 0.9e-3, 2e-3)),
)
UNKNOWN = tuple(threshold(name, None, "the ratio stays below 1.1x") for name in ThresholdName)


def saved_claims(thresholds: tuple[Threshold, ...] = (*KNOWN[:1], *UNKNOWN[1:])) -> SavedClaims:
    """What one command found."""
    machine = ENVIRONMENT["machine"]
    return SavedClaims("2026-01-02T03:04:05+00:00", ["3.11.7", "3.13.5t"], machine, list(RESULTS), list(thresholds))
