"""Why an assertion about a speedup fails."""

from bench.api.testing.claims import ClaimOutcome, MeasuredSpeedup, SpeedupFigure, judge
from bench.output.wording import formatting

MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
UNSURE = ': unsure="retry" measures once more, unsure="allow" accepts it'


def explanation(comparison: str, left: object, right: object) -> list[str] | None:
    """The lines below the assertion; None if it is not a comparison of a speedup with a number."""
    if isinstance(left, MeasuredSpeedup | SpeedupFigure):
        return _lines(comparison, left, right)
    return _lines(MIRRORED.get(comparison, ""), right, left)


def _lines(comparison: str, speedup: object, number: object) -> list[str] | None:
    if comparison not in MIRRORED or not isinstance(number, int | float):
        return None
    if not isinstance(speedup, MeasuredSpeedup | SpeedupFigure):
        return None
    evidence = speedup.evidence
    outcome = judge(evidence.estimate, comparison, number)
    shown = f"{speedup:.3g} {comparison} {number:g} is false; " if isinstance(speedup, SpeedupFigure) else ""
    why = (
        "there are too few rounds for an interval" if evidence.estimate.interval is None else "the interval contains it"
    )
    hint = f", since {why}{UNSURE}" if outcome is ClaimOutcome.CANT_TELL else ""
    claim = f"speedup {formatting.estimated_times(evidence.estimate)} {comparison} {number:g}"
    return [f"{shown}{claim}: {outcome}{hint}", *evidence.lines]
