"""What a run notes of itself beside its samples, however it ends."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bench.machine import host
from bench.measure.trial.memory import memory_measure
from bench.measure.trial.protocol import Failed, Measured, Ready, Request
from bench.schema import Gil, Status
from tests.support.cases import case, cases_of, measured, plan
from tests.support.fake_run import FakeRun

TIMEOUT = Failed(Status.TIMEOUT, "not done after 300 s")


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "changeable", lambda: {"cores_usable": 2, "load_1min": 0.0})


def contaminated(*_: object) -> Measured:
    return measured(foreign_cpu=0.5)


def kinds(notes: FakeRun) -> list[tuple[str, int]]:
    return [(warning["kind"], warning["samples"]) for warning in notes.facts["warnings"]]


def test_clean_run_records_an_empty_list_of_warnings() -> None:
    notes = FakeRun()
    notes.run(plan(case()))
    reference = {"python": case().python, "square_roots": 400_000}
    assert notes.facts == {"warnings": [], "memory_measure": memory_measure(), "reference": reference}


def test_all_warnings_are_recorded_after_each_round() -> None:
    notes = FakeRun(contaminated)
    seen: list[list[tuple[str, int]]] = []

    def next_round(done: int, spent_s: Mapping[str, float]) -> tuple[Any, ...]:
        seen.append(kinds(notes))
        return (case(),)

    notes.run(plan(case(), rounds=3), next_round)
    assert seen == [[("contaminated", 1)], [("contaminated", 2)]]
    assert [len(warnings) for warnings in notes.warned] == [0, 1, 1]
    assert kinds(notes) == [("contaminated", 3)]


def test_interrupted_run_has_recorded_its_warnings_also_of_the_trials_that_were_alive() -> None:
    def interrupted(request: Request, number: int) -> Measured:
        if (request.workers, number) == (2, 1):
            raise KeyboardInterrupt
        return contaminated()

    notes = FakeRun(interrupted)
    with pytest.raises(KeyboardInterrupt):
        notes.run(plan(*cases_of("work", 2), cycles=2))
    assert kinds(notes) == [("contaminated", len(notes.samples))]
    assert len(notes.samples) >= 2


def test_machine_change_during_the_run_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    governors = iter(["performance"] + ["powersave"] * 9)
    monkeypatch.setattr(host, "changeable", lambda: {"cores_usable": 2, "governor": next(governors)})
    notes = FakeRun()
    notes.run(plan(case(), rounds=2))
    assert [warning["kind"] for warning in notes.facts["warnings"]] == ["governor changed"]


def test_gil_cause_reported_by_a_trial_is_in_the_warning() -> None:
    notes = FakeRun(ready=Ready(0.1, Gil.ON, "the module fast"))
    notes.run(plan(case(python="3.13.5t")))
    (warning,) = notes.facts["warnings"]
    assert warning["kind"] == "gil"
    assert "the module fast enabled it" in warning["text"]


def test_cost_per_task_reported_by_a_trial_is_in_a_note() -> None:
    notes = FakeRun(ready=Ready(0.1, Gil.ON, task_cost_s=0.0015))
    notes.run(plan(case(workers=4)))
    (warning,) = notes.facts["warnings"]
    assert (warning["kind"], warning["level"]) == ("cost per task", "note")
    assert "1500 µs x4" in warning["text"]


Waiting = Callable[[Request, int], float]


def busy(cpu_s: float) -> Waiting:
    """The trials of threads use so much CPU while they wait."""
    return lambda request, _: cpu_s if request.backend == "threads" else 0.0


def test_waiting_trial_that_uses_cpu_is_named_in_a_warning() -> None:
    notes = FakeRun(waiting=busy(0.75))
    notes.run(plan(*cases_of("work", 2), rounds=2, cycles=3))
    (warning,) = [one for one in notes.facts["warnings"] if one["kind"] == "busy while waiting"]
    assert (warning["workload"], warning["backend"], warning["workers"]) == ("work", "threading", 2)
    assert "work threading x2 did not rest between its passes" in warning["text"]
    assert "up to 50 % of a core" in warning["text"]
    assert "--one-at-a-time" in warning["text"] and "exclusive = True" in warning["text"]


@pytest.mark.parametrize("cpu_s", [0.0, 0.004, 0.07])
def test_little_cpu_time_of_a_waiting_trial_is_no_warning(cpu_s: float) -> None:
    notes = FakeRun(waiting=busy(cpu_s))
    notes.run(plan(*cases_of("work", 2), cycles=3))
    assert "busy while waiting" not in {one["kind"] for one in notes.facts["warnings"]}


def test_cpu_time_during_a_pass_that_failed_is_not_compared_with_an_earlier_pass() -> None:
    """A trial waits for 300 s while another one hangs, after a pass of a tenth of a second."""

    def behaviour(request: Request, number: int) -> Measured | Failed:
        return TIMEOUT if (request.backend, number) == ("sequential", 1) else measured(elapsed_s=0.1)

    def waiting(request: Request, _: int) -> float:
        return 0.02 if notes.events[-1] == "pass 1 of sequential x1" else 0.0

    notes = FakeRun(behaviour, waiting)
    notes.run(plan(*cases_of("work", 2), cycles=3))
    assert "busy while waiting" not in {one["kind"] for one in notes.facts["warnings"]}
