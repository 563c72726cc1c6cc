"""Which cases need another round, based on the samples in the run's folder."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bench.analysis import summary
from bench.cli import session
from bench.cli.session import NextRound, all_pending_trials
from bench.machine.interpreters import probe
from bench.measure.completed import Completed, case_key
from bench.measure.plan import Plan
from bench.measure.record.interrupted_run import open_interrupted
from bench.measure.record.recorder import RunRecord
from bench.measure.runner import RunResult
from bench.measure.trial.protocol import Measured, Request
from bench.results import load
from bench.schema import BASELINE, MIN_ROUNDS_FOR_PRECISION, Case, Sample
from tests.support.cases import INTERPRETER, cases_of, measured, plan
from tests.support.factory import COLUMNS, failure, pair, sample, write_run
from tests.support.fake_run import FakeRun

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


@pytest.mark.parametrize(("precision", "rounds"), [(0.1, FIRST), (None, 8)])
def test_a_run_of_equal_times_records_after_how_many_rounds_it_ended(
    precision: float | None, rounds: int, here: Path
) -> None:
    whole = plan(*cases_of("work", 2), rounds=8, precision=precision)
    notes = FakeRun()
    with RunRecord.begin(whole, [INTERPRETER], [], "", here / "run") as record:
        assert session.measure(whole, record, notes, instruments=notes.instruments) == RunResult(rounds, not_ok=0)
    facts = json.loads((here / "run/environment.json").read_text())
    assert (facts["rounds_done"], facts["effort"]["rounds"], facts["effort"]["precision"]) == (rounds, 8, precision)
    assert facts["finished_at"] is not None
    assert load.load_run(here / "run").rounds == rounds


def test_decisions_for_a_round_are_reproducible_regardless_of_later_rounds(tmp_path: Path) -> None:
    """A resumed run measures the same cases in each round as it would have without the interruption."""
    other = cases_of("other", 2)
    times = NARROW[:FIRST] + WIDE[FIRST:]
    write_run(tmp_path, samples_of(times, 11) + samples_of(WIDE, 11, "other"))
    next_round = NextRound(precise_plan(*CASES, *other), tmp_path)
    wanted = [list(next_round(done, {"work": 0.0})) for done in (FIRST - 1, FIRST, FIRST + 1)]
    assert wanted == [[*CASES, *other], list(other), list(other)]


def test_with_a_precision_missing_trials_are_known_for_started_rounds(tmp_path: Path) -> None:
    write_run(tmp_path, samples_of(WIDE, 6)[:-1])
    two = CASES[1]
    complete = {(number, case_key(case)) for number in range(6) for case in CASES if (number, case) != (5, two)}
    completed = Completed(frozenset(complete), groups=dict.fromkeys(range(6), 1))
    assert all_pending_trials(precise_plan(*CASES), tmp_path, completed) == [(5, two)]


def test_workload_whose_time_was_up_lacks_no_trials_of_the_rounds_after_that(tmp_path: Path) -> None:
    """One of two workloads was slow: the other went on alone, until the run was interrupted."""
    slow, fast = cases_of("slow"), cases_of("fast")
    last = {"slow": 3, "fast": 5}
    rows = [sample(workload=name, round=number) for name, rounds in last.items() for number in range(rounds)]
    completed = Completed.from_rows(
        [{name: str(getattr(row, name)) for name in COLUMNS} for row in rows], {}, {"slow": 50.0, "fast": 5.0}
    )
    whole = plan(*slow, *fast, rounds=6, workload_budget_s=60.0)
    assert all_pending_trials(whole, tmp_path, completed) == [(5, *fast)]


@pytest.mark.parametrize("trials", [1, 3, 5])
def test_interrupted_and_resumed_run_has_every_row_exactly_once(trials: int, here: Path) -> None:
    python = probe(sys.executable)
    (here / "work.py").write_text("")
    loop, two = (replace(case, path=str(here / "work.py"), executable=sys.executable) for case in CASES)
    whole = plan(loop, two, rounds=3, cycles=2)
    left = count(trials, -1)

    def interrupted(request: Request, number: int) -> Measured:
        if number == 0 and next(left) == 0:
            raise KeyboardInterrupt
        return measured()

    fake = FakeRun(interrupted)
    with RunRecord.begin(whole, [python], [], "", here / "run") as record, pytest.raises(KeyboardInterrupt):
        session.measure(whole, record, fake, instruments=fake.instruments)
    unfinished = open_interrupted(here / "run")
    with unfinished.resume([]) as record:
        assert session.measure(unfinished.plan, record, fake, unfinished.completed, fake.instruments) == RunResult(
            3, not_ok=0
        )
    samples = load.load_run(here / "run").samples
    assert not samples.duplicated(["round", "group", "backend", "value"]).any()
    whole_trials = samples[samples["shutdown_s"].notna()]
    found = [(number, backend) for number, backend in whole_trials[["round", "backend"]].itertuples(index=False)]
    assert {(number, case.backend) for number in range(3) for case in CASES} == set(found)
    assert [key for key, times in Counter(found).items() if times > 1 and key[1] != BASELINE] == []
    for trial in whole_trials.itertuples():
        passes = samples[(samples["round"] == trial.round) & (samples["group"] == trial.group)]
        assert sorted(passes[passes["backend"] == trial.backend]["value"]) == [0, 1]


def measured_in(folder: Path, whole: Plan) -> dict[str, Any]:
    """The environment.json of a finished run."""
    fake = FakeRun()
    with RunRecord.begin(whole, [INTERPRETER], [], "", folder) as record:
        session.measure(whole, record, fake, instruments=fake.instruments)
    facts: dict[str, Any] = json.loads((folder / "environment.json").read_text())
    return facts


@pytest.mark.parametrize(("rounds", "reason"), [(9, "precise"), (FIRST - 1, "rounds")])
def test_finished_run_records_the_stop_reason_of_each_case(rounds: int, reason: str, here: Path) -> None:
    facts = measured_in(here / "run", plan(*cases_of("work", 2), rounds=rounds, precision=0.1))
    case = {"workload": "work", "params": "{}", "backend": "threading", "options": "{}", "workers": 2}
    assert facts["stopped"] == [{**case, "interpreter": INTERPRETER.version, "reason": reason}]
    assert [one.stopped for one in summary.summarise(load.load_run(here / "run"))] == [None, reason]


def test_without_a_precision_no_stop_reasons_are_recorded(here: Path) -> None:
    facts = measured_in(here / "run", plan(*cases_of("work", 2), rounds=3))
    assert facts["stopped"] is None
    assert [one.stopped for one in summary.summarise(load.load_run(here / "run"))] == [None, None]


def test_interrupted_run_records_no_stop_reasons(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Sequence[Case]:
        raise KeyboardInterrupt

    monkeypatch.setattr(NextRound, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        measured_in(here / "run", plan(*cases_of("work", 2), rounds=9, precision=0.1))
    assert json.loads((here / "run/environment.json").read_text())["stopped"] is None
    assert [one.stopped for one in summary.summarise(load.load_run(here / "run"))] == [None, None]
