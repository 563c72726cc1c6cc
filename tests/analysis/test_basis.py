"""Two runs are compared relative to the reference pass if that makes the trials of each run vary less."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.analysis.basis import Basis
from bench.analysis.change import ChangeVerdict
from bench.analysis.compare import Comparison, compare_runs
from bench.results.load import load_run
from bench.schema import Bound, Sample
from tests.support.factory import ENVIRONMENT, rounds, write_run

REFERENCE = {"python": "3.11.7", "square_roots": 100_000}
NOISE = [1.00, 1.01, 0.99, 1.02, 0.98, 1.0]
SPEEDS = [1.0, 1.8, 1.0, 1.7, 1.8, 1.0]


def computing(factor: float, speeds: Sequence[float]) -> list[Sample]:
    """Work that takes as much longer as the reference pass does when the machine is slow."""
    return _rounds(factor, speeds, speeds)


def waiting(factor: float, speeds: Sequence[float]) -> list[Sample]:
    """Work that takes equally long at any speed of the machine."""
    return _rounds(factor, [1.0] * len(speeds), speeds, workload="wait", bound=Bound.IO)


def _rounds(factor: float, own: Sequence[float], reference: Sequence[float], **facts: Any) -> list[Sample]:
    times = [noise * speed * factor for noise, speed in zip(NOISE, own, strict=True)]
    samples = rounds(times, **facts)
    return [replace(one, reference_s=0.05 * speed) for one, speed in zip(samples, reference, strict=True)]


def compared(folder: Path, old: list[Sample], new: list[Sample], *references: Any) -> Comparison:
    first, second = references or (REFERENCE, REFERENCE)
    before = write_run(folder / "old", old, {**ENVIRONMENT, "reference": first})
    after = write_run(folder / "new", new, {**ENVIRONMENT, "reference": second})
    return compare_runs(load_run(before), load_run(after), 0.05)


def bases(comparison: Comparison) -> dict[str, Basis]:
    return {case.bound: case.basis for case in comparison.cases}


def test_a_slower_machine_is_no_slower_code(tmp_path: Path) -> None:
    slow = [1.7 * speed for speed in SPEEDS[::-1]]
    (case,) = compared(tmp_path, computing(1.0, SPEEDS), computing(1.0, slow)).cases
    assert (case.basis, case.finding) == (Basis.REFERENCE, ChangeVerdict.WITHIN)
    assert case.new_s / case.old_s == pytest.approx(1.7)


def test_slower_code_is_found_whatever_the_machines_speed(tmp_path: Path) -> None:
    (case,) = compared(tmp_path, computing(1.0, SPEEDS[::-1]), computing(1.25, SPEEDS)).cases
    assert (case.basis, case.finding) == (Basis.REFERENCE, ChangeVerdict.SLOWER)
    assert case.change.factor == pytest.approx(1.25, rel=0.05)


def test_waiting_is_compared_as_measured_beside_computing(tmp_path: Path) -> None:
    old, new = ([*computing(1.0, speeds), *waiting(1.0, speeds)] for speeds in (SPEEDS, SPEEDS[::-1]))
    assert bases(compared(tmp_path, old, new)) == {"cpu": Basis.REFERENCE, "io": Basis.MEASURED}


@pytest.mark.parametrize("references", [(None, None), (REFERENCE, None), (REFERENCE, {**REFERENCE, "python": "3.14"})])
def test_different_references_are_not_compared(tmp_path: Path, references: tuple[Any, Any]) -> None:
    comparison = compared(tmp_path, computing(1.0, SPEEDS), computing(1.0, SPEEDS), *references)
    assert bases(comparison) == {"cpu": Basis.MEASURED}


def test_an_unknown_reference_in_one_trial_makes_all_as_measured(tmp_path: Path) -> None:
    first, *rest = computing(1.0, SPEEDS)
    comparison = compared(tmp_path, [replace(first, reference_s=None), *rest], computing(1.0, SPEEDS))
    assert bases(comparison) == {"cpu": Basis.MEASURED}


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.1, 3.0])
def test_the_choice_does_not_depend_on_the_difference(tmp_path: Path, factor: float) -> None:
    dice = np.random.default_rng(1)
    for number in range(4):
        speeds = list(dice.lognormal(0, 0.02 * number, len(NOISE)))
        same = compared(tmp_path / f"same{number}", computing(1, speeds), computing(1, speeds))
        other = compared(tmp_path / f"other{number}", computing(1, speeds), computing(factor, speeds))
        assert bases(same) == bases(other)
