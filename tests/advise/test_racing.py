"""Whole races by the real runner, with trials on a simulated clock: the advice of functions with a known answer."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bench.advise.advising import resume
from bench.analysis.advice.advice import AdviceKind, advice_of
from bench.analysis.advice.advice_record import KEY
from bench.analysis.advice.look import Look
from bench.analysis.race.course import Racer, RaceStage
from bench.errors import CannotResume
from bench.measure.record.interrupted_run import open_interrupted
from bench.results.load import load_run
from bench.schema import MIN_ROUNDS
from tests.support.advising import FakeAdvising, advised, race_in, recorded
from tests.support.races import COMPUTES, WAITS, TrueSeconds, computes_on, gains_nothing, waits_with_slots

AWAITS = replace(WAITS, native=True)
SMALL_S = 0.1


def releases_gil(one: Racer) -> float:
    """Two cores, with threads as with processes, to which sending costs something."""
    return SMALL_S / min(one.workers, 2) * (1.1 if one.backend == "multiprocessing" else 1.0)


@dataclass(frozen=True)
class Scenario:
    """A function by its look and its times, and the advice that is right."""

    look: Look
    seconds: TrueSeconds
    kind: AdviceKind
    backend: str | None = None
    workers: int | None = None


SCENARIOS = {
    "computing": Scenario(COMPUTES, computes_on(2), AdviceKind.RUN, "multiprocessing", 2),
    "waiting": Scenario(WAITS, waits_with_slots(64), AdviceKind.RUN, "threading", 64),
    "a coroutine": Scenario(AWAITS, waits_with_slots(64), AdviceKind.RUN, "asyncio", 64),
    "releases the GIL": Scenario(COMPUTES, releases_gil, AdviceKind.RUN, "threading", 2),
    "tiny": Scenario(replace(COMPUTES, item_s=1e-6), gains_nothing(0.001, 80), AdviceKind.LEAVE),
    "large arguments": Scenario(replace(COMPUTES, sending_s=0.01), gains_nothing(0.1, 1.5), AdviceKind.LEAVE),
    "a lock": Scenario(WAITS, gains_nothing(0.5, 1.02), AdviceKind.LEAVE),
    "cannot be pickled": Scenario(
        replace(WAITS, unsendable="item: no"), waits_with_slots(64), AdviceKind.RUN, "threading", 64
    ),
    "a server with 4 slots": Scenario(WAITS, waits_with_slots(4), AdviceKind.RUN, "threading", 4),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_advice_is_the_known_one(name: str, tmp_path: Path) -> None:
    known = SCENARIOS[name]
    advice = advised(tmp_path, known.look, FakeAdvising(known.seconds))
    assert advice.kind is known.kind
    if known.kind is AdviceKind.RUN:
        assert advice.best is not None
        assert (advice.best.backend, advice.best.workers) == (known.backend, known.workers)


def test_a_work_that_fails_in_the_race_is_the_answer(tmp_path: Path) -> None:
    advice = advised(tmp_path, COMPUTES, FakeAdvising(computes_on(2), {"sequential": "ValueError: no luck"}))
    assert (advice.kind, advice.failure) == (AdviceKind.FAILS, "error: ValueError: no luck")


def test_a_backend_that_fails_is_out_and_the_others_go_on(tmp_path: Path) -> None:
    advice = advised(tmp_path, COMPUTES, FakeAdvising(computes_on(2), {"processes": "OSError: no processes"}))
    assert advice.kind is AdviceKind.LEAVE
    assert {one.racer.backend for one in advice.dropped if one.reason} == {"multiprocessing"}
    assert {one.reason for one in advice.dropped if one.reason} == {"error: OSError: no processes"}


def test_controls_take_part_in_the_final(tmp_path: Path) -> None:
    advice = advised(tmp_path, COMPUTES, FakeAdvising(computes_on(2)))
    assert {(case.workload, case.backend, case.workers) for case in advice.controls} == {
        ("pure-python", "multiprocessing", 2),
        ("pure-wait", "multiprocessing", 2),
    }
    assert {case.trials for case in advice.controls} == {MIN_ROUNDS}


def test_the_race_keeps_to_its_time(tmp_path: Path) -> None:
    fake = FakeAdvising(waits_with_slots(8))
    began = fake.now
    advised(tmp_path, WAITS, fake, budget_s=30)
    assert fake.now - began < 35


def test_rounds_and_who_fell_are_recorded(tmp_path: Path) -> None:
    fake = FakeAdvising(computes_on(2))
    advice = advised(tmp_path, COMPUTES, fake)
    rounds = recorded(tmp_path)["rounds"]
    assert isinstance(rounds, list)
    assert [RaceStage(one["stage"]) for one in rounds] == [stage for stage, _ in fake.rounds]
    assert [len(one["racers"]) for one in rounds] == [len(racers) for _, racers in fake.rounds]
    assert all(one["took_s"] > 0 for one in rounds)
    assert advice.dropped
    assert load_run(tmp_path / "run").rounds == len(rounds)


@pytest.mark.parametrize("rounds", [1, 2, 5, 8])
def test_an_interrupted_race_is_resumed_to_the_same_kind_of_answer(rounds: int, tmp_path: Path) -> None:
    fake = FakeAdvising(computes_on(2))
    fake.interrupt_after = rounds
    race, record = race_in(tmp_path, COMPUTES, fake)
    with record, pytest.raises(KeyboardInterrupt):
        race.run()
    again = FakeAdvising(computes_on(2))
    resume(open_interrupted(tmp_path / "run"), [], again, again.instruments)
    run = load_run(tmp_path / "run")
    advice = advice_of(run)
    assert advice is not None and advice.best is not None
    assert (advice.kind, Racer.of(advice.best).backend) == (AdviceKind.RUN, "multiprocessing")
    assert run.environment["finished_at"] is not None
    own = run.samples[run.samples["workload"] == "work"]
    assert not own.duplicated(["round", "group", "backend", "workers", "value"]).any()
    stages = [one["stage"] for one in run.environment[KEY]["rounds"]]
    assert stages == sorted(stages, key=["search", "race", "final"].index)


def test_a_race_of_another_version_cannot_be_resumed(tmp_path: Path) -> None:
    fake = FakeAdvising(computes_on(2))
    fake.interrupt_after = 1
    race, record = race_in(tmp_path, COMPUTES, fake)
    with record, pytest.raises(KeyboardInterrupt):
        race.run()
    path = tmp_path / "run/environment.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), KEY: {"later": 1}}))
    with pytest.raises(CannotResume, match="does not describe a race of this version"):
        resume(open_interrupted(tmp_path / "run"), [], fake, fake.instruments)
