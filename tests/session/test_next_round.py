"""Which cases need another round, based on the samples in the run's folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bench.measure.plan import Plan
from bench.results import load
from bench.schema import MIN_ROUNDS_FOR_PRECISION, Case, Sample
from bench.session.next_round import NextRound
from tests.support.cases import cases_of, plan
from tests.support.factory import failure, pair, write_run

FIRST = MIN_ROUNDS_FOR_PRECISION  # rounds before the first check
CASES = cases_of("work", 2)
WIDE = [0.5, 0.1, 0.9, 0.2, 0.7, 0.3, 0.8, 0.1, 0.9, 0.2, 0.7]
NARROW = [0.5, 0.505, 0.5, 0.501, 0.499, 0.5, 0.502, 0.498, 0.5, 0.501, 0.5]


def precise_plan(*cases: Case, budget_s: float | None = None) -> Plan:
    return plan(*cases, rounds=100, precision=0.1, budget_s=budget_s)


def samples_of(times: Sequence[float], rounds: int, workload: str = "work") -> list[Sample]:
    """A baseline of one second, and a threading case with these times."""
    return pair([1.0] * rounds, times[:rounds], workload=workload)


def test_without_a_precision_every_round_has_every_case_and_reads_no_samples(tmp_path: Path) -> None:
    next_round = NextRound(plan(*CASES, rounds=9), tmp_path / "nowhere")
    assert [next_round(done, {"work": 10.0 * done}) for done in range(1, 9)] == [CASES] * 8


def test_before_the_minimum_of_rounds_precision_is_not_checked_and_no_samples_are_read(tmp_path: Path) -> None:
    next_round = NextRound(precise_plan(*CASES), tmp_path / "nowhere")
    assert [next_round(done, {"work": 1.0}) for done in range(1, FIRST)] == [CASES] * (FIRST - 1)


def test_a_run_stops_after_the_minimum_of_rounds_if_they_agree(tmp_path: Path) -> None:
    write_run(tmp_path, samples_of(NARROW, FIRST))
    assert list(NextRound(precise_plan(*CASES), tmp_path)(FIRST, {"work": 1.0})) == []


def test_a_run_continues_after_rounds_that_differ(tmp_path: Path) -> None:
    write_run(tmp_path, samples_of(WIDE, FIRST))
    assert list(NextRound(precise_plan(*CASES), tmp_path)(FIRST, {"work": 1.0})) == list(CASES)


def test_from_then_on_precision_is_checked_regularly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    really = load.load_run

    def load_run(path: Path) -> load.Run:
        looked.append(done)
        return really(path)

    monkeypatch.setattr(load, "load_run", load_run)
    next_round = NextRound(precise_plan(*CASES), tmp_path)
    for done in range(1, 12):
        write_run(tmp_path, samples_of(WIDE, done))
        assert list(next_round(done, {"work": 1.0})) == list(CASES)
    assert looked == list(range(FIRST, 12))


def test_case_that_is_settled_stays_out_whatever_follows(tmp_path: Path) -> None:
    other = cases_of("other", 2)
    next_round = NextRound(precise_plan(*CASES, *other), tmp_path)
    wanted = []
    for done in range(FIRST, FIRST + 3):
        times = NARROW[:FIRST] + WIDE[FIRST:]
        write_run(tmp_path, samples_of(times, done) + samples_of(WIDE, done, "other"))
        wanted.append(list(next_round(done, {"work": 1.0})))
    assert wanted == [list(other)] * 3


def test_settled_cases_are_left_out_and_the_baseline_stays(tmp_path: Path) -> None:
    loop, two, four = cases_of("work", 2, 4)
    write_run(tmp_path, samples_of(NARROW, 7) + pair([1.0] * 7, WIDE[:7], workers=4)[7:])
    assert list(NextRound(precise_plan(loop, two, four), tmp_path)(7, {"work": 1.0})) == [loop, four]


def test_a_failed_case_needs_no_further_round(tmp_path: Path) -> None:
    samples = samples_of(WIDE, 7)
    samples[-1] = failure(round=6, backend="threading", workers=2)
    write_run(tmp_path, samples)
    assert list(NextRound(precise_plan(*CASES), tmp_path)(7, {"work": 1.0})) == []


@pytest.mark.parametrize("baseline", ["fails", "is not in the run"])
def test_without_a_working_baseline_no_further_round_is_needed(baseline: str, tmp_path: Path) -> None:
    loops = [failure(round=number) for number in range(7)] if baseline == "fails" else []
    write_run(tmp_path, loops + samples_of(WIDE, 7)[7:])
    cases = CASES if loops else CASES[1:]
    assert list(NextRound(precise_plan(*cases), tmp_path)(7, {"work": 1.0})) == []


@pytest.mark.parametrize("precision", [None, 0.1])
def test_a_round_that_exceeds_the_budget_is_not_started(precision: float | None, tmp_path: Path) -> None:
    write_run(tmp_path, samples_of(WIDE, 9))
    next_round = NextRound(plan(*CASES, rounds=11, precision=precision, budget_s=100.0), tmp_path)
    assert [bool(next_round(done, {"work": 10.0 * done})) for done in range(1, 11)] == [True] * 9 + [False]


def test_workload_whose_next_round_exceeds_its_budget_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    slow, fast = cases_of("slow", 2), cases_of("fast", 2)
    next_round = NextRound(plan(*slow, *fast, rounds=99, workload_budget_s=60.0), tmp_path)
    wanted: list[Sequence[Case]] = []
    spent: Mapping[str, float] = {"slow": 25.0, "fast": 2.0}
    for done in range(1, 6):
        wanted.append(next_round(done, {name: seconds * min(done, 2) for name, seconds in spent.items()}))
    assert [list(cases) for cases in wanted] == [[*slow, *fast], *[list(fast)] * 4]


def test_without_a_budget_time_does_not_end_a_run(tmp_path: Path) -> None:
    assert NextRound(plan(*CASES, rounds=9), tmp_path)(8, {"work": 1e9}) == CASES


def test_decisions_for_a_round_are_reproducible_regardless_of_later_rounds(tmp_path: Path) -> None:
    """A resumed run measures the same cases in each round as it would have without the interruption."""
    other = cases_of("other", 2)
    times = NARROW[:FIRST] + WIDE[FIRST:]
    write_run(tmp_path, samples_of(times, 11) + samples_of(WIDE, 11, "other"))
    next_round = NextRound(precise_plan(*CASES, *other), tmp_path)
    wanted = [list(next_round(done, {"work": 0.0})) for done in (FIRST - 1, FIRST, FIRST + 1)]
    assert wanted == [[*CASES, *other], list(other), list(other)]
