"""Claims about a speedup, from its interval alone."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.estimate import Estimate
from bench.api.testing.claims import COMPARISONS, ClaimOutcome, MeasuredSpeedup, Unsure, judge
from bench.api.testing.explanation import explanation

FINITE = st.floats(0.01, 100)


@dataclass
class Measured:
    """ClaimEvidence that grows narrower when measured again."""

    estimate: Estimate
    unsure: Unsure = Unsure.FAIL
    again: Estimate | None = None
    looks: int = 1
    claims: list[tuple[str, ClaimOutcome]] = field(default_factory=list)
    lines: list[str] = field(default_factory=lambda: ["the evidence"])

    def measure_again(self) -> bool:
        if self.again is None:
            return False
        self.estimate, self.again = self.again, None
        self.looks += 1
        return True

    def note_claim(self, claim: str, outcome: ClaimOutcome) -> None:
        self.claims.append((claim, outcome))


TWO_TO_FOUR = Estimate(3.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("comparison", "number", "outcome"),
    [
        (">", 1.9, ClaimOutcome.HOLDS),
        (">", 2.0, ClaimOutcome.CANT_TELL),
        (">=", 2.0, ClaimOutcome.HOLDS),
        (">", 3.0, ClaimOutcome.CANT_TELL),
        (">", 4.0, ClaimOutcome.DOES_NOT_HOLD),
        (">=", 4.0, ClaimOutcome.CANT_TELL),
        ("<", 4.1, ClaimOutcome.HOLDS),
        ("<", 2.0, ClaimOutcome.DOES_NOT_HOLD),
        ("<=", 3.0, ClaimOutcome.CANT_TELL),
    ],
)
def test_claim_is_judged_by_both_ends_of_the_interval(comparison: str, number: float, outcome: ClaimOutcome) -> None:
    assert judge(TWO_TO_FOUR, comparison, number) is outcome


@given(ends=st.tuples(FINITE, FINITE).map(sorted), number=FINITE, comparison=st.sampled_from(sorted(COMPARISONS)))
def test_claim_that_holds_does_so_for_every_speedup_in_the_interval(
    ends: list[float], number: float, comparison: str
) -> None:
    low, high = ends
    outcome = judge(Estimate((low + high) / 2, low, high), comparison, number)
    truths = {COMPARISONS[comparison](value, number) for value in (low, (low + high) / 2, high)}
    assert outcome is not ClaimOutcome.HOLDS or truths == {True}
    assert outcome is not ClaimOutcome.DOES_NOT_HOLD or truths == {False}


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_without_an_interval_nothing_can_be_told(comparison: str) -> None:
    assert judge(Estimate(3.0, None, None), comparison, 2.0) is ClaimOutcome.CANT_TELL


@pytest.mark.parametrize(("unsure", "truth"), [(Unsure.FAIL, False), (Unsure.ALLOW, True), (Unsure.RETRY, False)])
def test_what_becomes_of_a_claim_that_cannot_be_told(unsure: Unsure, truth: bool) -> None:
    measured = Measured(TWO_TO_FOUR, unsure)
    assert bool(MeasuredSpeedup(measured) > 3) is truth
    assert measured.claims == [("speedup > 3", ClaimOutcome.CANT_TELL)]


@pytest.mark.parametrize("unsure", Unsure)
def test_claim_that_does_not_hold_is_false_whatever_is_allowed(unsure: Unsure) -> None:
    measured = Measured(TWO_TO_FOUR, unsure, again=Estimate(9.0, 8.0, 10.0))
    assert not MeasuredSpeedup(measured) > 5
    assert measured.looks == 1


def test_retry_judges_by_the_second_look() -> None:
    measured = Measured(TWO_TO_FOUR, Unsure.RETRY, again=Estimate(3.2, 3.1, 3.3))
    claim = MeasuredSpeedup(measured) > 3
    assert (bool(claim), bool(claim), measured.looks) == (True, True, 2)
    assert repr(claim) == "<speedup > 3: holds>"


def test_ends_are_numbers() -> None:
    speedup = MeasuredSpeedup(Measured(TWO_TO_FOUR))
    assert (speedup.low, speedup.point, speedup.high) == (2.0, 3.0, 4.0)
    assert speedup.low + 1 == 3.0
    nothing = MeasuredSpeedup(Measured(Estimate(3.0, None, None)))
    assert (nothing.low, nothing.high) == (0.0, float("inf"))


def test_explanation_of_either_side() -> None:
    speedup = MeasuredSpeedup(Measured(TWO_TO_FOUR))
    first, *rest = explanation(">", speedup, 5) or []
    assert first == "speedup 3.00x [2.00, 4.00] > 5: does not hold"
    assert rest == ["the evidence"]
    assert (explanation("<", 5, speedup) or [""])[0] == first
    assert "can't tell, since the interval contains it" in (explanation(">", speedup.low, 3) or [""])[0]
    assert (explanation("<", 3, speedup.low) or [""])[0].startswith("2 > 3 is false; speedup 3.00x [2.00, 4.00] > 3")


@pytest.mark.parametrize(("comparison", "other"), [("==", 3), (">", "3"), ("in", [3])])
def test_other_comparisons_are_left_to_pytest(comparison: str, other: object) -> None:
    speedup = MeasuredSpeedup(Measured(TWO_TO_FOUR))
    assert explanation(comparison, speedup, other) is None
    assert explanation(comparison, other, speedup) is None
