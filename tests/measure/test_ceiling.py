"""The machine's own ceiling: which counts it is measured for, how, how often, and where it is recorded."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure import ceiling
from bench.measure.ceiling import (
    ALTERNATIONS,
    BUDGET_S,
    MAX_PROCESSES,
    SHARE,
    BusyProcess,
    CeilingMeter,
    counts_in_play,
    measure_ceiling,
)
from bench.measure.plan import Plan
from bench.measure.record.recorder import RunRecord
from bench.measure.runner import NextRound, Runner
from bench.schema import Bound, Case, Ceiling
from tests.support.cases import INTERPRETER, case, cases_of, plan
from tests.support.fake_run import FakeRun

FEW = 10


@pytest.fixture(autouse=True)
def few_square_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling, "SQUARE_ROOTS", FEW)


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
    assert counts_in_play([*waiting, *computing], cores=64) == [2, 4, 8]
    assert counts_in_play(waiting, 64) == counts_in_play(cases_of("one", 1), 64) == counts_in_play([], 64) == []


@given(st.lists(st.integers(1, 64), max_size=6), st.integers(1, 32))
def test_no_count_is_above_the_number_of_cores_which_stands_for_all_larger_ones(counts: list[int], cores: int) -> None:
    found = counts_in_play(cases_of("one", *counts), cores)
    assert found == sorted({min(count, cores) for count in counts} - {1})


def look(count: int, executable: str = sys.executable, budget_s: float = 60.0) -> Ceiling:
    return measure_ceiling(case(python="3.x", executable=executable), count, round_number=4, budget_s=budget_s)


@pytest.mark.parametrize("count", [2, 3])
def test_count_is_measured(count: int) -> None:
    found = look(count)
    assert (found.round, found.workers, found.python, found.reason) == (4, count, "3.x", None)
    assert found.alone_s and found.together_s
    assert found.alternations == ALTERNATIONS


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


def test_without_time_processes_alternate_only_once(measured_pids: list[list[int]]) -> None:
    assert look(3, budget_s=0.0).alternations == 1
    assert [len(processes) for processes in measured_pids] == [1, 3, 1]


def test_too_many_processes_have_no_ceiling_but_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling, "busy_processes", None)
    found = look(MAX_PROCESSES + 1)
    assert (found.alone_s, found.together_s, found.alternations) == (None, None, 0)
    assert found.reason == "more than 64 busy processes are not started"


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
    found = recorded_ceilings(here / "run", whole, FakeRun(), lambda done, spent_s: whole.cases)
    assert [(look["round"], look["workers"]) for look in found] == [(r, w) for r in range(3) for w in (2, 4)]
    assert set(found[0]) == {"round", "workers", "alone_s", "together_s", "alternations", "python", "reason"}


def test_round_without_cpu_bound_cases_records_no_ceiling(here: Path) -> None:
    waiting = case(bound=Bound.IO, backend="threading", workers=8)
    whole = plan(waiting, *cases_of("one", 2), rounds=3)
    left: list[tuple[Case, ...]] = [whole.cases, whole.cases[:1], whole.cases[1:]]
    found = recorded_ceilings(here / "run", whole, FakeRun(), lambda done, spent_s: left[done])
    assert [(look["round"], look["workers"]) for look in found] == [(0, 2), (2, 2)]


def test_io_bound_run_records_no_ceiling(here: Path) -> None:
    whole = plan(case(bound=Bound.IO), case(bound=Bound.IO, backend="threading", workers=8), rounds=2)
    notes = FakeRun()
    assert recorded_ceilings(here / "run", whole, notes, lambda done, spent_s: whole.cases) == []
    assert not [event for event in notes.events if event.startswith("ceiling")]


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


def test_look_runs_in_an_interpreter_of_the_cases_of_its_round(here: Path) -> None:
    others = [replace(one, python="3.13.0", executable="/other/python") for one in cases_of("one", 2)]
    whole = plan(*cases_of("one", 2), *others, rounds=2)
    notes = FakeRun()
    found = recorded_ceilings(here / "run", whole, notes, lambda done, spent_s: others)
    executables = {INTERPRETER.version: INTERPRETER.executable, "3.13.0": "/other/python"}
    looks = [event for event in notes.events if event.startswith("ceiling")]
    assert looks == [f"ceiling of 2 in {executables[look['python']]}" for look in found]
    assert found[1]["python"] == "3.13.0"


class Machine:
    """A machine with a clock moved by hand, on which a look at a worker count takes so many seconds."""

    def __init__(self, takes_s: Mapping[int, float], cores: int = 64) -> None:
        self.now = 0.0
        self.took_s: list[float] = []
        self.counts: list[int] = []
        self.budgets: list[float] = []
        self._takes_s = takes_s
        self.meter = CeilingMeter(self._measure, lambda: self.now, cores)

    def _measure(self, case: Case, count: int, round_number: int, budget_s: float) -> Ceiling:
        self.now += self._takes_s[count]
        self.took_s.append(self._takes_s[count])
        self.counts.append(count)
        self.budgets.append(budget_s)
        return Ceiling(round_number, count, 1.0, 1.0)


COUNTS = (2, 4, 8)
TIMES = st.fixed_dictionaries({count: st.floats(0.01, 2.0) for count in COUNTS})


class TestShareOfTheTime:
    @given(TIMES, st.lists(st.floats(0.0, 30.0), min_size=1, max_size=30))
    def test_no_look_starts_unless_one_as_long_as_the_longest_fits_into_a_twentieth_of_the_time(
        self, takes_s: Mapping[int, float], rounds_s: Sequence[float]
    ) -> None:
        machine = Machine(takes_s)
        for number, round_s in enumerate(rounds_s):
            machine.now += round_s
            began, before = machine.now, len(machine.took_s)
            found = machine.meter.look(cases_of("work", *COUNTS), number, began)
            assert len(found) == len(machine.took_s) - before
            for index in range(max(before, 1), len(machine.took_s)):
                earlier = machine.took_s[:index]
                assert sum(earlier) + max(earlier) <= SHARE * began + 1e-9
        assert machine.took_s, "the first look is made in any case"

    @given(st.floats(0.01, 0.8), st.lists(st.floats(0.0, 30.0), min_size=1, max_size=30))
    def test_equal_looks_take_at_most_a_twentieth_of_the_time_apart_from_the_first(
        self, look_s: float, rounds_s: Sequence[float]
    ) -> None:
        machine = Machine(dict.fromkeys(COUNTS, look_s))
        for number, round_s in enumerate(rounds_s):
            machine.now += round_s
            began = machine.now
            machine.meter.look(cases_of("work", *COUNTS), number, began)
            assert sum(machine.took_s) <= max(look_s, SHARE * began) + 1e-9

    def test_counts_take_turns(self) -> None:
        machine = Machine(dict.fromkeys(COUNTS, 0.5))
        for number in range(12):
            machine.now += 10.0
            machine.meter.look(cases_of("work", *COUNTS), number, machine.now)
        assert set(machine.counts) == set(COUNTS)
        looks = Counter(machine.counts).values()
        assert max(looks) - min(looks) <= 1

    def test_look_has_the_time_that_is_left_and_no_more_than_its_budget(self) -> None:
        machine = Machine(dict.fromkeys(COUNTS, 0.1))
        machine.meter.look(cases_of("work", 2), 0, 8.0)
        machine.meter.look(cases_of("work", 2), 1, 1000.0)
        assert machine.budgets == [pytest.approx(0.4), BUDGET_S]

    def test_no_count_above_the_cores_is_looked_at(self) -> None:
        machine = Machine(dict.fromkeys((2, 3, 4, 8), 0.0), cores=3)
        machine.meter.look(cases_of("work", 2, 4, 8), 0, 100.0)
        assert machine.counts == [2, 3]
