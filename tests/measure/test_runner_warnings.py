"""What a run notes of itself beside its samples, however it ends."""

from itertools import count
from typing import Any

import pytest

from bench.machine import host
from bench.measure.trial.memory import memory_measure
from bench.measure.trial.outcome import Outcome
from bench.measure.trial.protocol import Ready, Request, Stopped
from bench.schema import Gil
from tests.support.cases import READY, case, measured, plan
from tests.support.fake_run import FakeRun


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "changeable", lambda: {"cores_usable": 2, "load_1min": 0.0})


def contaminated(*_: Any) -> Outcome:
    return Outcome(READY, [measured(foreign_cpu=0.5)], stopped=Stopped(0.5))


def kinds(notes: FakeRun) -> list[tuple[str, int]]:
    return [(warning["kind"], warning["samples"]) for warning in notes.facts["warnings"]]


def test_clean_run_records_an_empty_list_of_warnings() -> None:
    notes = FakeRun()
    notes.run(plan(case()))
    assert notes.facts == {"warnings": [], "memory_measure": memory_measure()}


def test_all_warnings_are_recorded_after_each_round() -> None:
    notes = FakeRun(contaminated)
    seen: list[list[tuple[str, int]]] = []

    def next_round(done: int, seconds: float) -> tuple[Any, ...]:
        seen.append(kinds(notes))
        return (case(),)

    notes.run(plan(case(), rounds=3), next_round)
    assert seen == [[("contaminated", 1)], [("contaminated", 2)]]
    assert [len(warnings) for warnings in notes.warned] == [0, 1, 1]
    assert kinds(notes) == [("contaminated", 3)]


def test_interrupted_run_has_recorded_its_warnings() -> None:
    trials = count()

    def interrupted(request: Request) -> Outcome:
        if next(trials) == 1:
            raise KeyboardInterrupt
        return contaminated()

    notes = FakeRun(interrupted)
    with pytest.raises(KeyboardInterrupt):
        notes.run(plan(case(), case(workers=2, backend="threading")))
    assert kinds(notes) == [("contaminated", 1)]


def test_machine_change_during_the_run_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    governors = iter(["performance"] + ["powersave"] * 9)
    monkeypatch.setattr(host, "changeable", lambda: {"cores_usable": 2, "governor": next(governors)})
    notes = FakeRun()
    notes.run(plan(case(), rounds=2))
    assert [warning["kind"] for warning in notes.facts["warnings"]] == ["governor changed"]


def test_gil_cause_reported_by_a_trial_is_in_the_warning() -> None:
    notes = FakeRun(lambda _: Outcome(Ready(0.1, Gil.ON, "the module fast"), [measured()], stopped=Stopped(0.5)))
    notes.run(plan(case(python="3.13.5t")))
    (warning,) = notes.facts["warnings"]
    assert warning["kind"] == "gil"
    assert "the module fast enabled it" in warning["text"]
