"""One run, interrupted and resumed or in one go: what is measured and recorded."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bench.analysis import summary
from bench.machine.interpreters import probe
from bench.measure.completed import Completed, case_key
from bench.measure.plan import Plan
from bench.measure.record.interrupted_run import open_interrupted
from bench.measure.record.recorder import RunRecord
from bench.measure.runner import RunResult
from bench.measure.trial.protocol import Measured, Request
from bench.results import load
from bench.schema import BASELINE, MIN_ROUNDS_FOR_PRECISION, Case, Sample
from bench.session.measuring import all_pending_trials, measure
from bench.session.next_round import NextRound
from tests.support.cases import INTERPRETER, cases_of, measured, plan
from tests.support.factory import COLUMNS, pair, sample, write_run
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


@pytest.mark.parametrize(("precision", "rounds"), [(0.1, FIRST), (None, 8)])
def test_a_run_of_equal_times_records_after_how_many_rounds_it_ended(
    precision: float | None, rounds: int, here: Path
) -> None:
    whole = plan(*cases_of("work", 2), rounds=8, precision=precision)
    notes = FakeRun()
    with RunRecord.begin(whole, [INTERPRETER], [], "", here / "run") as record:
        assert measure(whole, record, notes, instruments=notes.instruments) == RunResult(rounds, not_ok=0)
    facts = json.loads((here / "run/environment.json").read_text())
    assert (facts["rounds_done"], facts["effort"]["rounds"], facts["effort"]["precision"]) == (rounds, 8, precision)
    assert facts["finished_at"] is not None
    assert load.load_run(here / "run").rounds == rounds


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
        measure(whole, record, fake, instruments=fake.instruments)
    unfinished = open_interrupted(here / "run")
    with unfinished.resume([]) as record:
        assert measure(unfinished.plan, record, fake, unfinished.completed, fake.instruments) == RunResult(3, not_ok=0)
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
        measure(whole, record, fake, instruments=fake.instruments)
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
