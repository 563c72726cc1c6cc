"""Fits of the scaling laws: published coefficients, known curves, and refusals."""

import csv
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.estimate import Estimate
from bench.analysis.scaling.fitting import fit_law, fit_laws
from bench.analysis.scaling.laws import Law, LawFit, Refusal, curve
from bench.results.throughput_table import Throughput
from tests.support.paths import REFERENCE

COUNTS = (1, 2, 4, 8, 12, 16, 24, 32)


def published(name: str) -> tuple[list[Throughput], list[dict[str, Any]]]:
    """A data set with the coefficients published for it; `licence` in the JSON file names their source."""
    with (REFERENCE / f"{name}.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    answers: list[dict[str, Any]] = json.loads((REFERENCE / f"{name}.json").read_text())["published"]
    return [Throughput(int(workers), float(throughput)) for workers, throughput in rows], answers


def points(alpha: float, beta: float, gamma: float = 50.0, counts: tuple[int, ...] = COUNTS) -> list[Throughput]:
    return [Throughput(workers, curve(workers, alpha, beta, gamma)) for workers in counts]


def noisy(alpha: float, beta: float, spread: float, seed: int) -> list[Throughput]:
    noise = np.random.default_rng(seed).normal(0, spread, len(COUNTS))
    exact = points(alpha, beta)
    return [Throughput(one.workers, one.throughput * math.exp(of)) for one, of in zip(exact, noise, strict=True)]


def known(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    return estimate


def test_the_coefficients_published_for_a_ray_tracer_are_met_with_their_standard_errors() -> None:
    throughputs, (answer, _) = published("usl_raytracer")
    fit = fit_law(Law.USL, throughputs)
    for coefficient, name in ((fit.alpha, "alpha"), (fit.beta, "beta"), (fit.gamma, "gamma")):
        assert coefficient is not None
        assert coefficient.point == pytest.approx(answer[name], abs=5e-7)
        assert coefficient.error == pytest.approx(answer["se"][name], abs=5e-7)
    assert fit.residual_standard_error == pytest.approx(answer["residual_standard_error"], abs=5e-3)
    assert [fit.throughput(count) for count in (96, 128)] == pytest.approx([323.3, 335.5], abs=0.05)
    assert (fit.peak, fit.refused) == (answer["peak"], Refusal.BETA_ZERO)


def test_a_law_normalised_by_one_worker_is_another_one() -> None:
    """The published fit of the same data normalised by X(1): its alpha is more than a standard error away."""
    throughputs, (answer, normalised) = published("usl_raytracer")
    fit = fit_law(Law.AMDAHL, throughputs)
    assert fit.alpha is not None
    assert fit.alpha.point - normalised["sigma"] > fit.alpha.error
    assert fit.alpha.point == pytest.approx(answer["alpha"], abs=5e-7)


def test_the_coefficients_published_for_a_curve_without_noise_are_met() -> None:
    throughputs, (answer,) = published("usl_exact")
    amdahl, usl = fit_laws(throughputs)
    values = [round(known(one).point, answer["digits"]) for one in (usl.alpha, usl.beta, usl.gamma)]
    assert values == [answer["alpha"], answer["beta"], answer["gamma"]]
    assert known(usl.peak).point == pytest.approx(7, abs=1e-3)
    assert amdahl.refused is Refusal.FALLS


@given(alpha=st.floats(0.01, 0.9), beta=st.floats(1e-4, 0.05), gamma=st.floats(1e-3, 1e6))
def test_a_curve_without_noise_is_found_again(alpha: float, beta: float, gamma: float) -> None:
    fit = fit_law(Law.USL, points(alpha, beta, gamma))
    assert fit.refused is None
    assert known(fit.alpha).point == pytest.approx(alpha, rel=1e-3, abs=1e-5)
    assert known(fit.beta).point == pytest.approx(beta, rel=1e-3, abs=1e-6)
    assert known(fit.gamma).point == pytest.approx(gamma, rel=1e-3)
    assert known(fit.peak).point == pytest.approx(math.sqrt((1 - alpha) / beta), rel=1e-2)


@given(seed=st.integers(0, 10**6), factor=st.floats(1e-9, 1e9), data=st.data())
def test_unit_and_order_of_the_points_change_nothing_else(seed: int, factor: float, data: st.DataObject) -> None:
    throughputs = noisy(0.05, 0.005, 0.05, seed)
    shuffled = data.draw(st.permutations(throughputs))
    one, other = (fit_law(Law.USL, rows) for rows in (throughputs, [scaled(row, factor) for row in shuffled]))
    assert one.refused == other.refused
    for before, after in ((one.alpha, other.alpha), (one.beta, other.beta)):
        assert known(after).point == pytest.approx(known(before).point, rel=1e-4, abs=1e-7)
    assert known(other.gamma).point == pytest.approx(factor * known(one.gamma).point, rel=1e-4)


def scaled(point: Throughput, factor: float) -> Throughput:
    return Throughput(point.workers, factor * point.throughput)


def test_intervals_contain_the_true_coefficients_and_the_true_peak_about_as_often_as_they_say() -> None:
    fits = [fit_law(Law.USL, equally_noisy(0.05, 0.005, 10.0, seed)) for seed in range(100)]
    truth = {"alpha": 0.05, "beta": 0.005, "gamma": 50.0, "peak": math.sqrt(0.95 / 0.005)}
    for name, true in truth.items():
        contained = [_contains(getattr(fit, name), true) for fit in fits]
        assert sum(contained) >= 89, name  # 1 % of such simulations would have fewer if 95 % were right


def equally_noisy(alpha: float, beta: float, spread: float, seed: int) -> list[Throughput]:
    """Errors of the same size at each worker count, as the method takes them to be."""
    noise = np.random.default_rng(seed).normal(0, spread, len(COUNTS))
    return [Throughput(one.workers, one.throughput + of) for one, of in zip(points(alpha, beta), noise, strict=True)]


def _contains(estimate: Estimate | None, true: float) -> bool:
    if estimate is None or estimate.low is None:
        return False
    return estimate.low <= true <= (math.inf if estimate.high is None else estimate.high)


@pytest.mark.parametrize("counts", [(1, 2, 4, 8, 16), (1, 1, 2, 2, 4, 4, 8, 8)])
def test_fewer_than_six_distinct_worker_counts_are_refused(counts: tuple[int, ...]) -> None:
    for fit in fit_laws(points(0.1, 0.01, counts=counts)):
        assert (fit.refused, fit.has_curve, fit.peak) == (Refusal.TOO_FEW, False, None)
        assert (fit.points, fit.counts) == (len(counts), len(set(counts)))


def test_no_points_at_all_are_refused() -> None:
    assert [fit.refused for fit in fit_laws([])] == [Refusal.TOO_FEW] * 2


def test_amdahls_law_is_refused_where_the_throughput_falls() -> None:
    amdahl, usl = fit_laws(noisy(0.05, 0.01, 0.01, seed=1))
    assert (amdahl.refused, amdahl.has_curve) == (Refusal.FALLS, False)
    assert usl.refused is None


def test_points_that_collapse_are_past_what_the_laws_can_say() -> None:
    collapsing = [Throughput(n, x) for n, x in zip((1, 2, 4, 8, 16, 32, 64), (10, 19, 37, 70, 120, 30, 5), strict=True)]
    assert [fit.refused for fit in fit_laws(collapsing)] == [Refusal.MISFIT] * 2


@pytest.mark.parametrize(
    ("law", "throughput", "refusal"),
    [
        (Law.AMDAHL, lambda n: 10.0 * n**1.1, Refusal.ALPHA_ZERO),
        (Law.USL, lambda n: 10.0 * n**1.05, Refusal.ALPHA_ZERO),
        (Law.USL, lambda n: 10.0 * n**0.7, Refusal.BETA_ZERO),
        (Law.AMDAHL, lambda n: 10.0 - (1.0 if n in (8, 12) else 0.0), Refusal.ALPHA_ONE),
    ],
)
def test_a_parameter_on_its_bound_is_said_and_keeps_its_figures(law: Law, throughput: Any, refusal: Refusal) -> None:
    fit = fit_law(law, [Throughput(workers, throughput(workers)) for workers in COUNTS])
    assert fit.refused is refusal
    assert (fit.has_curve, fit.peak) == (True, None)


def test_repeated_worker_counts_are_points_of_their_own() -> None:
    twice = [*noisy(0.05, 0.005, 0.03, 1), *noisy(0.05, 0.005, 0.03, 2)]
    fit = fit_law(Law.USL, twice)
    assert (fit.points, fit.counts) == (16, 8)
    assert known(fit.alpha).point == pytest.approx(0.05, abs=0.05)


def test_capacity_is_lost_to_serial_work_and_to_coordination() -> None:
    fit = fit_law(Law.USL, points(0.1, 0.01))
    serial, coordination = fit.lost(11)
    whole = 1 + 0.1 * 10 + 0.01 * 11 * 10
    assert (serial, coordination) == pytest.approx((1.0 / whole, 1.1 / whole), rel=1e-6)


def test_a_law_that_was_not_fitted_has_no_throughput() -> None:
    with pytest.raises(ValueError, match="not fitted"):
        LawFit(Law.USL, 3, 3, 4, refused=Refusal.TOO_FEW).throughput(2)
