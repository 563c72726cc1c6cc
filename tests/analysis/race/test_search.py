"""The search: times over the baseline's by way of racers that were measured beside it, and who is worth racing."""

import math
from dataclasses import replace

import pytest

from bench.analysis.race.course import RaceSoFar, RaceStage, RoundRecord
from bench.analysis.race.search import MOST_RACERS, chosen_for_race, over_baseline, search_round
from tests.support.races import LOOP, course, racer

TWO, FOUR, EIGHT = (racer("threading", count) for count in (2, 4, 8))


def searched(*rounds: dict[object, float]) -> RaceSoFar:
    """A search with these times in seconds, one dictionary per round."""
    records = tuple(RoundRecord(RaceStage.SEARCH, tuple(times)) for times in rounds)  # type: ignore[arg-type]
    logs = tuple({one: math.log(seconds) for one, seconds in times.items()} for times in rounds)
    return RaceSoFar(course("threading"), records, logs, (0.0,) * len(records))  # type: ignore[arg-type]


def test_times_in_rounds_without_the_baseline_are_linked_by_those_that_were_measured_with_it() -> None:
    ratios = over_baseline(searched({LOOP: 1.0, TWO: 0.5, FOUR: 0.25}, {FOUR: 0.5, EIGHT: 0.25}))
    assert {one: math.exp(log) for one, log in ratios.items()} == pytest.approx(
        {LOOP: 1.0, TWO: 0.5, FOUR: 0.25, EIGHT: 0.125}
    )


def test_the_next_counts_are_tried_beside_the_fastest_so_far() -> None:
    assert search_round(searched({LOOP: 1.0, TWO: 0.5, FOUR: 0.25})) == (FOUR, EIGHT, racer("threading", 16))


def test_no_more_are_tried_without_a_gain_of_five_percent() -> None:
    assert search_round(searched({LOOP: 1.0, TWO: 0.5, FOUR: 0.49})) == ()


def test_no_more_are_tried_after_a_failure() -> None:
    so_far = searched({LOOP: 1.0, TWO: 0.5})
    assert search_round(replace(so_far, failed={FOUR: "error: no"})) == ()


def test_what_is_far_behind_is_out_and_near_ones_are_raced() -> None:
    chosen, dropped = chosen_for_race(searched({LOOP: 1.0, TWO: 0.5, FOUR: 0.4, EIGHT: 0.41}))
    assert chosen == [TWO, FOUR, EIGHT]
    (out,) = dropped
    assert (out.racer, out.rival, out.stage, out.round) == (LOOP, FOUR, RaceStage.SEARCH, 0)
    assert out.times == pytest.approx(2.5)


def test_a_race_has_at_most_so_many_racers() -> None:
    ladders = course(*"abcdef", counts=(2, 4))
    times = {one: 1.0 for ladder in ladders.ladders for one in ladder}
    record = RoundRecord(RaceStage.SEARCH, (LOOP, *times))
    so_far = RaceSoFar(ladders, (record,), ({LOOP: 0.0, **dict.fromkeys(times, 0.0)},), (0.0,))
    chosen, dropped = chosen_for_race(so_far)
    assert len(chosen) == MOST_RACERS
    assert len(dropped) == 13 - MOST_RACERS


def test_without_times_no_one_is_raced() -> None:
    so_far = RaceSoFar(
        course("threading"), (RoundRecord(RaceStage.SEARCH, (LOOP,)),), ({},), (0.0,), {LOOP: "error: no"}
    )
    assert chosen_for_race(so_far) == ([], [])
