"""The machine's own ceiling: which counts it is measured for, how, and where it is recorded."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.measure import ceiling
from bench.measure.ceiling import ALTERNATIONS, MAX_PROCESSES, BusyProcess, measure_ceilings
from bench.measure.plan import Plan, counts_in_play
from bench.measure.record.recorder import RunRecord
from bench.measure.runner import NextRound, Runner
from bench.schema import Bound, Case, Ceiling
from tests.support.cases import INTERPRETER, case, cases_of, plan
from tests.support.fake_run import FakeRun

FEW = 10


@pytest.fixture
def measured_pids(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The processes that are timed in each pass, by their ids."""
    passes: list[list[int]] = []

    def seconds(processes: Sequence[BusyProcess]) -> float:
        passes.append([process.pid for process in processes])
        return float(len(processes))

    monkeypatch.setattr(ceiling, "time_together", seconds)
    return passes


def test_counts_are_the_multiworker_counts_of_cpu_bound_cases() -> None:
    computing = [*cases_of("one", 4, 2, 1), *cases_of("two", 2, 8)]
    waiting = [case(bound=Bound.IO, backend="threading", workers=count) for count in (2, 16, 32)]
    assert counts_in_play([*waiting, *computing]) == [2, 4, 8]
    assert counts_in_play(waiting) == counts_in_play(cases_of("one", 1)) == counts_in_play([]) == []


def look(count: int, executable: str = sys.executable) -> Ceiling:
    (ceiling_found,) = measure_ceilings(executable, "3.x", [count], round_number=4, square_roots=FEW)
    return ceiling_found


def test_each_count_is_measured() -> None:
    found = measure_ceilings(sys.executable, "3.x", [2, 3], round_number=4, square_roots=FEW)
    assert [(look.round, look.workers, look.python, look.reason) for look in found] == [
        (4, 2, "3.x", None),
        (4, 3, "3.x", None),
    ]
    assert all(look.alone_s and look.together_s for look in found)
    assert all(look.alternations == ALTERNATIONS for look in found)


def test_together_passes_alternate_with_passes_of_a_different_single_process(measured_pids: list[list[int]]) -> None:
    look(3)
    everyone = measured_pids[1]
    alone = [[everyone[place]] for place in (0, 1, 2, 0, 1, 2)]
    assert measured_pids == [alone[0], *(one for each in alone[1:] for one in (everyone, each))]


def test_measurement_records_the_mean_times_of_its_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0])
    monkeypatch.setattr(ceiling, "time_together", lambda processes: next(times))
    found = look(2)
    assert (found.alone_s, found.together_s, found.alternations) == (6.0, 6.0, 5)


def test_slow_processes_alternate_only_once(measured_pids: list[list[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling, "BUDGET_S", 0.0)
    assert look(3).alternations == 1
    assert [len(processes) for processes in measured_pids] == [1, 3, 1]


def test_too_many_processes_have_no_ceiling_but_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling, "busy_processes", None)
    found = look(MAX_PROCESSES + 1)
    assert (found.alone_s, found.together_s, found.alternations) == (None, None, 0)
    assert found.reason == "more than 64 busy processes are not started"


def test_no_counts_means_no_measurement() -> None:
    assert measure_ceilings("/no/python", "3.x", [], round_number=0) == []


def test_failing_processes_yield_a_reason_instead_of_a_time(here: Path) -> None:
    dying = here / "python"
    dying.write_text("#!/bin/sh\nexit 1\n")
    dying.chmod(0o755)
    assert look(2, str(dying)) == Ceiling(
        4, 2, None, None, python="3.x", reason="a busy process ended before it was done"
    )


def recorded_ceilings(folder: Path, whole: Plan, notes: FakeRun, next_round: NextRound) -> list[dict[str, Any]]:
    """The ceilings in environment.json after a run."""
    with RunRecord.begin(whole, [INTERPRETER], [], "", folder) as record:
        Runner(whole, record, notes, next_round, instruments=notes.instruments).run()
    facts: list[dict[str, Any]] = json.loads((folder / "environment.json").read_text())["ceilings"]
    return facts


def test_each_round_records_its_ceilings_in_the_environment(here: Path) -> None:
    whole = plan(*cases_of("one", 1, 2, 4), rounds=3)
    found = recorded_ceilings(here / "run", whole, FakeRun(), lambda done, seconds: whole.cases)
    assert [(look["round"], look["workers"]) for look in found] == [(r, w) for r in range(3) for w in (2, 4)]
    assert set(found[0]) == {"round", "workers", "alone_s", "together_s", "alternations", "python", "reason"}


def test_round_without_cpu_bound_cases_records_no_ceiling(here: Path) -> None:
    waiting = case(bound=Bound.IO, backend="threading", workers=8)
    whole = plan(waiting, *cases_of("one", 2), rounds=3)
    left: list[tuple[Case, ...]] = [whole.cases, whole.cases[:1], whole.cases[1:]]
    found = recorded_ceilings(here / "run", whole, FakeRun(), lambda done, seconds: left[done])
    assert [(look["round"], look["workers"]) for look in found] == [(0, 2), (2, 2)]


def test_io_bound_run_records_no_ceiling(here: Path) -> None:
    whole = plan(case(bound=Bound.IO), case(bound=Bound.IO, backend="threading", workers=8), rounds=2)
    notes = FakeRun()
    assert recorded_ceilings(here / "run", whole, notes, lambda done, seconds: whole.cases) == []
    assert not [event for event in notes.events if event.startswith("ceilings")]


def test_ceilings_are_written_to_the_environment_immediately(here: Path) -> None:
    with RunRecord.begin(plan(), [INTERPRETER], [], "", here / "run") as record:
        for number in range(2):
            record.note_ceilings([Ceiling(number, 2, alone_s=1.0, together_s=1.25)])
            facts = json.loads((here / "run/environment.json").read_text())
            assert [look["round"] for look in facts["ceilings"]] == list(range(number + 1))
            assert facts["finished_at"] is None
        record.finish(2)
    facts = json.loads((here / "run/environment.json").read_text())
    assert facts["ceilings"][1] == {
        "round": 1,
        "workers": 2,
        "alone_s": 1.0,
        "together_s": 1.25,
        "alternations": 0,
        "python": None,
        "reason": None,
    }


def test_every_round_uses_the_first_interpreter_of_the_plan(here: Path) -> None:
    """Also a round that is only for cases of another."""
    others = [replace(one, python="3.13.0", executable="/other/python") for one in cases_of("one", 2)]
    whole = plan(*cases_of("one", 2), *others, rounds=2)
    notes = FakeRun()
    found = recorded_ceilings(here / "run", whole, notes, lambda done, seconds: others)
    assert [look["python"] for look in found] == [INTERPRETER.version] * 2
    ceilings_events = [event for event in notes.events if event.startswith("ceilings")]
    assert ceilings_events == [f"ceilings of [2] in {INTERPRETER.executable}"] * 2
