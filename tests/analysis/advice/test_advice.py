"""The advice that follows from a race: on simulated clocks, each kind and each reason."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.advice.advice import AdviceKind, AdviceReason, advice_of
from bench.analysis.race.course import Course, Racer
from bench.results.load import load_run
from tests.support.factory import ENVIRONMENT, pair, write_run
from tests.support.races import (
    COMPUTES,
    LOOP,
    WAITS,
    SimulatedRace,
    advice_on,
    computes_on,
    course,
    gains_nothing,
    racer,
    waits_with_slots,
    write_race,
)

THREADS, PROCESSES = "threading", "multiprocessing"
PAIR = course(THREADS, PROCESSES, counts=(2, 4))


def test_waiting_work_is_run_with_as_many_threads_as_the_server_has_slots(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, waits_with_slots(4)).run())
    assert advice.kind is AdviceKind.RUN
    assert advice.best is not None and Racer.of(advice.best) == racer(THREADS, 4)
    assert advice.best.speedup is not None
    assert advice.best.speedup.point == pytest.approx(4 / 1.01, rel=0.05)
    assert advice.memory_per_worker == 10_000_000
    assert advice.reason is None


def test_figures_are_those_of_the_final_alone(tmp_path: Path) -> None:
    race = SimulatedRace(PAIR, waits_with_slots(4)).run()
    advice = advice_on(tmp_path, race)
    assert advice.final == (len(race.rounds) - len(race.of(race.rounds[-1].stage)), len(race.rounds) - 1)
    assert advice.best is not None
    assert advice.best.trials == len(race.of(race.rounds[-1].stage))


def test_computing_is_run_with_processes(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, computes_on(2)).run(), COMPUTES)
    assert advice.best is not None and advice.best.backend == PROCESSES
    assert (advice.kind, advice.best.workers) == (AdviceKind.RUN, 2)


def test_what_gains_nothing_is_left_as_it_is(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, gains_nothing()).run(), COMPUTES)
    assert (advice.kind, advice.reason) == (AdviceKind.LEAVE, AdviceReason.NO_GAIN)


def test_a_gain_of_a_few_percent_is_not_worth_it(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, gains_nothing(slower=0.97), noise=0.002).run(), COMPUTES)
    assert (advice.kind, advice.reason) == (AdviceKind.LEAVE, AdviceReason.NO_GAIN)


def test_too_few_items_to_pay_for_the_pool_are_left_as_they_are(tmp_path: Path) -> None:
    look = replace(WAITS, items=2, item_s=0.001)
    advice = advice_on(tmp_path, SimulatedRace(course(THREADS, counts=(2,)), waits_with_slots(2, 0.002)).run(), look)
    assert (advice.kind, advice.reason) == (AdviceKind.LEAVE, AdviceReason.TOO_FEW_ITEMS)
    assert advice.pays_from is not None and advice.pays_from > 2


def test_a_noisy_machine_cannot_tell(tmp_path: Path) -> None:
    race = SimulatedRace(course(THREADS, counts=(2,)), gains_nothing(slower=0.85), noise=0.4, budget_s=12).run()
    advice = advice_on(tmp_path, race, COMPUTES)
    assert (advice.kind, advice.reason) == (AdviceKind.CANNOT_TELL, AdviceReason.NOISE)


def test_one_core_cannot_tell_of_computing(tmp_path: Path) -> None:
    folder = write_race(tmp_path, SimulatedRace(PAIR, gains_nothing(slower=1.02)).run(), COMPUTES)
    run = load_run(folder)
    run.environment["machine"] = {**run.environment["machine"], "cores_usable": 1}
    advice = advice_of(run)
    assert advice is not None
    assert (advice.kind, advice.reason) == (AdviceKind.CANNOT_TELL, AdviceReason.ONE_CORE)


def test_two_rounds_of_a_final_are_too_few(tmp_path: Path) -> None:
    race = SimulatedRace(course(THREADS, counts=(2,)), waits_with_slots(2, 5.0), budget_s=30).run()
    while len(race.of(race.rounds[-1].stage)) > 2:
        race.rounds.pop()
        race.logs.pop()
    advice = advice_on(tmp_path, race)
    assert (advice.kind, advice.reason) == (AdviceKind.CANNOT_TELL, AdviceReason.TOO_FEW_ROUNDS)


def test_an_interrupted_race_cannot_tell(tmp_path: Path) -> None:
    race = SimulatedRace(PAIR, waits_with_slots(4)).run()
    del race.rounds[3:], race.logs[3:]
    advice = advice_on(tmp_path, race)
    assert (advice.kind, advice.reason, advice.best) == (AdviceKind.CANNOT_TELL, AdviceReason.TOO_FEW_ROUNDS, None)


def test_if_nothing_else_can_be_measured_it_is_left_as_it_is(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(Course(LOOP, ()), computes_on(2)).run(), COMPUTES)
    assert (advice.kind, advice.reason) == (AdviceKind.LEAVE, AdviceReason.NOTHING_LEFT)


def test_a_baseline_that_fails_is_the_answer(tmp_path: Path) -> None:
    race = SimulatedRace(PAIR, computes_on(2), failing={LOOP: "ValueError: no luck"})
    race.rounds, race.logs = SimulatedRace(PAIR, computes_on(2)).run().rounds[:1], [{}]
    race.failing |= dict.fromkeys(race.rounds[0].racers, "ValueError: no luck")
    advice = advice_on(tmp_path, race, COMPUTES)
    assert (advice.kind, advice.failure) == (AdviceKind.FAILS, "error: ValueError: no luck")


def test_finalists_that_are_not_surely_slower_are_as_good(tmp_path: Path) -> None:
    race = SimulatedRace(course(THREADS, PROCESSES, counts=(2,)), lambda one: 1.0 if one == LOOP else 0.5)
    advice = advice_on(tmp_path, race.run())
    assert [Racer.of(one.case) for one in advice.as_good] == [racer(PROCESSES, 2)]
    assert not {one.racer for one in advice.dropped} & {racer(PROCESSES, 2), racer(THREADS, 2)}


@pytest.mark.parametrize(
    "damage",
    [
        None,
        [],
        {},
        {"target": {}, "look": {}},
        {"rounds": [{"stage": "sprint", "racers": [], "took_s": None, "controls": False}]},
        {"look": {"items": -1, "seen": 1, "item_s": 1, "cpu_share": 1, "native": False}},
    ],
)
def test_a_record_that_is_not_one_of_this_version_gives_no_advice(tmp_path: Path, damage: Any) -> None:
    folder = write_race(tmp_path, SimulatedRace(PAIR, computes_on(2)).run())
    run = load_run(folder)
    whole = run.environment["advice"]
    run.environment["advice"] = {**whole, **damage} if isinstance(damage, dict) and damage else damage
    assert advice_of(run) is None


def test_an_ordinary_run_gives_no_advice(tmp_path: Path) -> None:
    assert advice_of(load_run(write_run(tmp_path, pair([1.0] * 3, [0.5] * 3), ENVIRONMENT))) is None
