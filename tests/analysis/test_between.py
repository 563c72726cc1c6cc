"""Two interpreters of one run are compared cycle by cycle."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.analysis.basis import Basis
from bench.analysis.change import ChangeVerdict, Doubt
from bench.analysis.compare import Comparison, compare_interpreters
from bench.errors import UsageError
from bench.results.load import load_run
from bench.schema import Sample
from tests.support.factory import failure, lockstep, write_run

OLD: dict[str, Any] = {"interpreter": "old"}
NEW: dict[str, Any] = {"interpreter": "new"}
THREADS: dict[str, Any] = {"backend": "threading", "workers": 2}
LOOP = [[1.00, 1.02], [1.01, 0.98], [0.99, 1.00], [1.00, 1.01], [1.02, 0.99]]
TABLE = st.lists(st.lists(st.floats(0.01, 100), min_size=2, max_size=2), min_size=5, max_size=5)


def scaled(times: Sequence[Sequence[float]], factors: Sequence[Sequence[float]] | float) -> list[list[float]]:
    if isinstance(factors, float):
        return [[time * factors for time in one] for one in times]
    return [[time * by for time, by in zip(one, row, strict=True)] for one, row in zip(times, factors, strict=True)]


def compared(samples: Sequence[Sample], old: str = "old", new: str = "new") -> Comparison:
    with TemporaryDirectory() as folder:
        return compare_interpreters(load_run(write_run(Path(folder) / "run", samples)), old, new, 0.05)


def both(old: Sequence[Sequence[float]], new: Sequence[Sequence[float]], **facts: Any) -> list[Sample]:
    return [*lockstep(old, **OLD, **facts), *lockstep(new, **NEW, **facts)]


@pytest.mark.parametrize(
    ("factor", "finding"), [(1.25, ChangeVerdict.SLOWER), (0.8, ChangeVerdict.FASTER), (1.01, ChangeVerdict.WITHIN)]
)
def test_each_case_has_a_verdict_over_its_trials(factor: float, finding: ChangeVerdict) -> None:
    comparison = compared(both(LOOP, scaled(LOOP[::-1], factor)))
    (case,) = comparison.cases
    assert (case.finding, case.basis, case.interpreter) == (finding, Basis.PAIRED, "new")
    assert (case.change.old_trials, case.change.new_trials) == (5, 5)
    assert (comparison.old, comparison.new, comparison.within) == ("old", "new", "run")


@settings(max_examples=25)
@given(TABLE, TABLE, TABLE)
def test_the_machines_speed_cancels_out(
    old: list[list[float]], new: list[list[float]], speeds: list[list[float]]
) -> None:
    (steady,) = compared(both(old, new)).cases
    (varying,) = compared(both(scaled(old, speeds), scaled(new, speeds))).cases
    assert steady.change.ratio and varying.change.ratio and steady.change.ratio.interval
    assert varying.change.factor == pytest.approx(steady.change.factor)
    assert varying.change.ratio.interval == pytest.approx(steady.change.ratio.interval)
    assert varying.change.p_value == pytest.approx(steady.change.p_value, abs=1e-9)


@settings(max_examples=25)
@given(TABLE, TABLE)
def test_swapping_the_interpreters_inverts_the_change(old: list[list[float]], new: list[list[float]]) -> None:
    samples = both(old, new)
    (forward,), (backward,) = compared(samples).cases, compared(samples, "new", "old").cases
    assert backward.change.factor == pytest.approx(1 / forward.change.factor)
    assert backward.change.p_value == pytest.approx(forward.change.p_value, abs=1e-9)


def test_labels_tell_interpreters_of_one_version_apart() -> None:
    (case,) = compared(both(LOOP, scaled(LOOP, 2.0))).cases
    assert case.old_python == case.python
    assert case.change.deterministic


def test_p_values_are_corrected_for_the_number_of_cases() -> None:
    samples = [one for workers in range(1, 9) for one in both(LOOP, LOOP[::-1], backend="threading", workers=workers)]
    cases = compared(samples).cases
    assert len(cases) == 8
    assert all((case.judgement.p_corrected or 0) >= (case.change.p_value or 0) for case in cases)


def test_two_trials_have_no_interval_and_no_verdict() -> None:
    (case,) = compared(both(LOOP[:2], scaled(LOOP[:2], 3.0))).cases
    assert (case.finding, case.judgement.doubt) == (ChangeVerdict.UNKNOWN, Doubt.NO_INTERVAL)
    assert case.judgement.rounds_needed == 3


def test_cases_without_a_partner_and_failures_are_listed() -> None:
    alone = lockstep(LOOP, **NEW, **THREADS)
    failed = [failure(backend="asyncio", **NEW), *lockstep(LOOP, backend="asyncio", **OLD)]
    comparison = compared([*both(LOOP, LOOP), *alone, *failed])
    assert [case.backend for case in comparison.cases] == ["sequential"]
    assert [case.backend for case in comparison.only_new] == ["threading"]
    assert comparison.only_old == ()
    assert [(case.old_status, case.new_status) for case in comparison.newly_failing] == [("ok", "error")]


def test_interpreters_in_different_groups_are_compared_round_by_round() -> None:
    old, new = lockstep(LOOP, **OLD), lockstep(scaled(LOOP, 2.0), group=1, **NEW)
    (case,) = compared([*old, *new]).cases
    assert case.change.old_trials == 5
    assert case.change.factor == pytest.approx(2)


def test_an_unknown_label_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="run: has no interpreter 'newer'; it has old, new"):
        compared(both(LOOP, LOOP), "old", "newer")
    with pytest.raises(UsageError, match="'new' is compared with itself"):
        compared(both(LOOP, LOOP), "new", "new")
