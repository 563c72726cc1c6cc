"""The stages of a race on a simulated clock: who is searched, raced, and in the final, and when it ends."""

import math
from statistics import fmean

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.analysis.race.course import Course, Racer, RaceStage
from bench.analysis.race.kim_nelson import FIRST_STAGE, ZONE
from bench.analysis.race.stages import FEWEST_RACERS, replayed
from bench.schema import MIN_ROUNDS
from tests.support.races import (
    LOOP,
    SimulatedRace,
    computes_on,
    course,
    gains_nothing,
    racer,
    waits_with_slots,
)

THREADS, PROCESSES = "threading", "multiprocessing"


def test_the_race_of_waiting_work_ends_at_the_slots_of_the_server() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES, counts=(2, 4, 8, 16, 32)), waits_with_slots(4)).run()
    assert race.stages() == [RaceStage.SEARCH, RaceStage.RACE, RaceStage.FINAL]
    assert race.finalists[0] == racer(THREADS, 4)
    assert racer(THREADS, 32) not in {one for each in race.rounds for one in each.racers}


def test_worker_counts_are_searched_upwards_while_they_gain() -> None:
    race = SimulatedRace(course(THREADS), waits_with_slots(16)).run()
    first, second, *_ = race.of(RaceStage.SEARCH)
    assert first.racers == (LOOP, racer(THREADS, 2), racer(THREADS, 4))
    assert second.racers == (racer(THREADS, 4), racer(THREADS, 8), racer(THREADS, 16))
    assert race.finalists[0] == racer(THREADS, 16)


def test_the_long_passes_of_the_baseline_are_in_the_first_round_and_in_the_final_only() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES), waits_with_slots(16)).run()
    with_baseline = [number for number, one in enumerate(race.rounds) if LOOP in one.racers]
    finals = [number for number, one in enumerate(race.rounds) if one.stage is RaceStage.FINAL]
    assert with_baseline == [0, *finals]


def test_computing_is_won_by_as_many_processes_as_cores() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES, counts=(2, 4)), computes_on(2)).run()
    assert race.finalists[0] == racer(PROCESSES, 2)
    assert {one.racer for one in race.dropped} >= {racer(THREADS, 2), racer(THREADS, 4)}


def test_where_nothing_gains_the_best_of_the_others_is_the_evidence() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES, counts=(2, 4)), gains_nothing()).run()
    assert len(race.finalists) == 1
    assert all(one.rival == LOOP for one in race.dropped if one.stage is RaceStage.RACE)


def test_a_sure_loss_ends_the_final_soon() -> None:
    race = SimulatedRace(course(THREADS, counts=(2,)), gains_nothing(slower=50), noise=0.3).run()
    assert len(race.of(RaceStage.FINAL)) <= 5


def test_of_equally_fast_racers_the_one_with_fewer_workers_and_simpler_means_is_first() -> None:
    equal = SimulatedRace(course(THREADS, PROCESSES, counts=(2, 4)), lambda one: 1.0 if one == LOOP else 0.4).run()
    assert equal.finalists[0] == racer(THREADS, 2)


def test_a_racer_that_fails_is_out_with_its_reason() -> None:
    failing = {racer(PROCESSES, 4): "crashed: gone"}
    race = SimulatedRace(course(THREADS, PROCESSES), computes_on(2), failing=failing).run()
    (out,) = [one for one in race.dropped if one.reason]
    assert (out.racer, out.round, out.reason, out.times) == (racer(PROCESSES, 4), 0, "crashed: gone", None)
    assert race.finalists[0] == racer(PROCESSES, 2)


def test_if_all_others_fail_only_the_baseline_is_left() -> None:
    failing = {racer(THREADS, 2): "error: no", racer(THREADS, 4): "error: no"}
    race = SimulatedRace(course(THREADS, counts=(2, 4)), computes_on(2), failing=failing).run()
    assert race.finalists == []


def test_nothing_to_race_goes_to_the_final_at_once() -> None:
    race = SimulatedRace(Course(LOOP, ()), computes_on(2)).run()
    assert race.stages() == [RaceStage.FINAL]
    assert race.finalists == []


def test_without_time_for_a_race_the_best_of_the_search_are_in_the_final() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES), waits_with_slots(4, seconds=3.0), budget_s=60).run()
    assert RaceStage.RACE not in race.stages()
    assert race.finalists[0] in (racer(THREADS, 4), racer(PROCESSES, 4))


def test_where_time_is_short_the_best_of_the_search_are_raced_and_the_others_named() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES), waits_with_slots(8, seconds=0.5), budget_s=30).run()
    raced = race.of(RaceStage.RACE)[0].racers
    undecided = {one.racer: one for one in race.dropped if one.undecided and one.stage is RaceStage.SEARCH}
    assert len(raced) >= FEWEST_RACERS and undecided
    true = waits_with_slots(8, seconds=0.5)
    assert max(map(true, raced)) <= min(map(true, undecided)) * 1.05
    assert all(one.times is not None and one.rival in raced for one in undecided.values())


def test_controls_are_measured_in_three_rounds_of_the_final_if_there_is_time() -> None:
    race = SimulatedRace(course(THREADS, counts=(2, 4)), waits_with_slots(4, seconds=0.2)).run()
    assert sum(one.controls for one in race.of(RaceStage.FINAL)) == MIN_ROUNDS
    assert not any(one.controls for one in race.rounds if one.stage is not RaceStage.FINAL)


def test_a_race_is_measured_at_least_for_its_first_stage() -> None:
    race = SimulatedRace(course(THREADS, PROCESSES, counts=(2, 4)), computes_on(2)).run()
    assert len(race.of(RaceStage.RACE)) >= FIRST_STAGE


def times_behind_the_leader(race: SimulatedRace, racer: Racer) -> float:
    """How many times as long as the leader of the race a racer took in the rounds that it shared with it."""
    replay = replayed(race.so_far())
    assert replay is not None
    logs = race.so_far().of(RaceStage.RACE)
    return math.exp(fmean(one[racer] - one[replay.leader] for one in logs if racer in one and replay.leader in one))


@example(seed=5481, slots=6, budget_s=85.0, noise=0.125, seconds=0.5)  # dropped by one who then fell behind it
@given(
    seed=st.integers(0, 10**6),
    slots=st.integers(1, 16),
    budget_s=st.floats(5, 200),
    noise=st.floats(0, 0.3),
    seconds=st.floats(0.001, 5),
)
def test_a_race_keeps_to_its_time_and_ends_with_a_final(
    seed: int, slots: int, budget_s: float, noise: float, seconds: float
) -> None:
    race = SimulatedRace(course(THREADS, PROCESSES), waits_with_slots(slots, seconds), budget_s, noise, seed=seed).run()
    assert race.stages()[-1] is RaceStage.FINAL
    longest_s = max(one.took_s or 0.0 for one in race.rounds)
    first_s = race.rounds[0].took_s or 0.0
    assert race.spent_s <= max(budget_s, first_s) + 2 * longest_s
    assert len({one.racer for one in race.dropped}) == len(race.dropped)
    called_back = [one.racer for one in race.dropped if one.racer in race.finalists and one.stage is RaceStage.RACE]
    assert all(times_behind_the_leader(race, one) <= ZONE * 1.000001 for one in called_back)
    everyone = {racer for one in race.rounds for racer in one.racers}
    assert everyone == {LOOP, *race.finalists, *(one.racer for one in race.dropped)}, "no one is gone without a line"


@pytest.mark.parametrize("noise", [0.02, 0.1])
def test_the_winner_is_within_the_zone_of_the_fastest_almost_always(noise: float) -> None:
    good = 0
    for seed in range(40):
        true = computes_on(2)
        race = SimulatedRace(course(THREADS, PROCESSES, counts=(2, 4)), true, noise=noise, seed=seed).run()
        fastest = min(true(one) for one in race.so_far().rounds[0].racers)
        good += true(race.finalists[0]) <= 1.05 * fastest
    assert good >= 36
