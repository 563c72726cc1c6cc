"""Each claim is judged by its figures: they may support it, refute it, or leave it open."""

import pytest

from bench.analysis.estimate import Estimate
from bench.analysis.evidence import ClaimVerdict, Evidence, Figure, Unit
from bench.claims import batch_processes, processes_linear
from bench.claims._computing import as_efficient_as
from bench.claims._registry import claims
from tests.claims.evidence_cases import CASES, Figures


def evidence_of(figures: Figures, with_intervals: bool = True) -> Evidence:
    known = {processes_linear.CORES, batch_processes.CORES}
    return Evidence(tuple(figure(name, value, with_intervals or name in known) for name, value in figures.items()))


def figure(name: str, value: float | tuple[float, float, float], with_interval: bool = True) -> Figure:
    point, low, high = map(float, value if isinstance(value, tuple) else (value, value, value))
    return Figure(name, Estimate(point, low, high) if with_interval else Estimate(point, None, None), Unit.COUNT, 5)


def test_every_claim_has_its_evidence_cases() -> None:
    assert set(CASES) == set(claims())


@pytest.mark.parametrize("name", CASES)
def test_supporting_figures_let_a_claim_hold(name: str) -> None:
    judgement = claims()[name].verdict(evidence_of(CASES[name].supporting))
    assert judgement.verdict is ClaimVerdict.HOLDS, judgement.why


@pytest.mark.parametrize("name", CASES)
def test_refuting_figures_let_a_claim_not_hold(name: str) -> None:
    judgement = claims()[name].verdict(evidence_of(CASES[name].refuting))
    assert judgement.verdict is ClaimVerdict.DOES_NOT_HOLD, judgement.why


@pytest.mark.parametrize("name", CASES)
def test_noisy_figures_leave_a_claim_open(name: str) -> None:
    judgement = claims()[name].verdict(evidence_of(CASES[name].noisy))
    assert judgement.verdict is ClaimVerdict.CANT_TELL
    assert "leaves it open" in judgement.why


@pytest.mark.parametrize("name", CASES)
def test_figures_without_intervals_leave_a_claim_open(name: str) -> None:
    evidence = evidence_of(CASES[name].supporting, with_intervals=False)
    judgement = claims()[name].verdict(evidence)
    assert judgement.verdict is ClaimVerdict.CANT_TELL


@pytest.mark.parametrize("name", CASES)
def test_why_is_one_sentence_with_a_figure(name: str) -> None:
    why = claims()[name].verdict(evidence_of(CASES[name].supporting)).why
    assert "\n" not in why and not why.endswith(".")
    assert any(char.isdigit() for char in why) or name == "pickling"


def test_missing_evidence_is_why_a_claim_cannot_be_told() -> None:
    judgement = claims()["rollback"].verdict(Evidence(missing="there is no database"))
    assert judgement.verdict is ClaimVerdict.CANT_TELL
    assert judgement.why == "there is no database"


@pytest.mark.parametrize(
    ("speedup", "cores", "expected"),
    [
        ((3.6, 3.5, 3.7), 4, True),
        ((2.0, 1.9, 2.1), 4, False),
        ((1.9, 1.85, 1.95), 2, None),  # fewer cores than claimed cannot show that the claim holds
        ((1.1, 1.0, 1.2), 2, False),  # but that it does not
    ],
)
def test_fewer_cores_than_claimed_can_only_refute(
    speedup: tuple[float, float, float], cores: int, expected: bool | None
) -> None:
    assert as_efficient_as(figure("speedup", speedup), 3.6, cores) is expected
