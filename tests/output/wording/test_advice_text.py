"""An advice in words: the headline of each kind, and the evidence for it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.analysis.advice.advice import Advice
from bench.analysis.advice.advice_record import RuledOut
from bench.analysis.race.course import Racer
from bench.output.wording.advice_evidence import evidence
from bench.output.wording.advice_text import failed_look, headline, too_long
from bench.output.wording.racer_names import backend_noun, racer_name, racers_name
from tests.support.races import (
    COMPUTES,
    LOOP,
    TARGET,
    WAITS,
    SimulatedRace,
    advice_on,
    computes_on,
    course,
    gains_nothing,
    racer,
    waits_with_slots,
)

THREADS, PROCESSES = "threading", "multiprocessing"
PAIR = course(THREADS, PROCESSES, counts=(2, 4))


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Advice:
    return advice_on(tmp_path_factory.mktemp("waiting"), SimulatedRace(PAIR, waits_with_slots(4)).run())


def test_racers_have_the_names_that_people_use() -> None:
    names = [racer_name(one) for one in (LOOP, racer(THREADS, 1), racer(PROCESSES, 4), racer("asyncio", 8))]
    assert names == ["a loop", "1 thread", "4 processes", "8 coroutines in flight"]
    assert racer_name(Racer("dask", "{}", 2)) == "dask with 2 workers"
    assert racers_name([racer(THREADS, 2), racer(THREADS, 4), racer(THREADS, 8)]) == "2, 4 and 8 threads"
    assert [backend_noun(name) for name in (THREADS, PROCESSES, "dask")] == ["Threads", "Processes", "dask"]


def test_the_headline_says_what_to_run_how_much_faster_it_is_and_how_that_is_known(waiting: Advice) -> None:
    text = headline(waiting)
    assert text.startswith("Run work.py::work with 4 threads: 3.9")
    assert "] the speed of a loop (" in text
    assert text.endswith(" fresh rounds of the final).")


def test_every_sentence_names_its_evidence(waiting: Advice) -> None:
    sources = ("final)", "final).", "first look).", "each).", "search)", "race, after round", "search, after round")
    for line in evidence(waiting):
        assert any(source in line for source in sources) or line.startswith("Measured on"), line


def test_costs_and_break_even_are_said(waiting: Advice) -> None:
    lines = " ".join(evidence(waiting))
    assert "Cost: 1.00x the CPU time" in lines
    assert "10.0 MB per worker (medians of the final)" in lines
    assert re.search(r"It pays from \d+ items on if the pool is started for them, which takes 40.0 ms", lines)


def test_who_was_ruled_out_and_who_fell_are_said_with_the_reason(waiting: Advice) -> None:
    lines = evidence(waiting)
    assert "Coroutines: ruled out, it is not a coroutine function (first look)." in lines
    assert any(re.match(r"Out: a loop, \S+x the time of \d \w+ \(search, after round \d\)", line) for line in lines)
    assert any(line.startswith("It waits: 2 % of its time on a core") for line in lines)


def test_what_holds_the_gil_is_left_as_it_is_because_of_that(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, gains_nothing()).run(), replace(COMPUTES, sending_s=0.01))
    text = headline(advice)
    assert text.startswith("Leave work.py::work as it is, a loop: the best of the others, ")
    assert "it holds the GIL: two threads want 1.01 cores at once" in text
    assert "sending an item and its result to another process takes 10.0 ms, and working on it 2.00 ms" in text


def test_a_python_without_a_gil_is_said(tmp_path: Path) -> None:
    look = replace(COMPUTES, threads_busy=2.0, python_busy=1.98)
    advice = advice_on(tmp_path, SimulatedRace(PAIR, gains_nothing()).run(), look)
    assert "GIL:" not in headline(advice)
    lines = evidence(advice)
    assert "This Python has no GIL: two threads of pure Python want 1.98 cores at once (first look)." in lines


def test_waits_that_do_not_overlap_are_the_reason(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, gains_nothing()).run())
    assert "its waits do not overlap" in headline(advice)


def test_too_few_items_say_from_how_many_it_pays(tmp_path: Path) -> None:
    look = replace(WAITS, items=2, item_s=0.001)
    race = SimulatedRace(course(THREADS, counts=(2,)), waits_with_slots(2, 0.002)).run()
    text = headline(advice_on(tmp_path, race, look))
    assert "but starting the pool pays only from " in text
    assert text.endswith(" on, and there are 2.")


def test_a_machine_that_cannot_tell_says_what_would_help(tmp_path: Path) -> None:
    race = SimulatedRace(course(THREADS, counts=(2,)), gains_nothing(slower=0.85), noise=0.4, budget_s=12).run()
    text = headline(advice_on(tmp_path, race, COMPUTES))
    assert text.startswith("This machine can't tell how to run work.py::work: 2 threads have ")
    assert text.endswith("or a quieter machine (bench doctor) would help.")


def test_equally_good_ones_are_named(tmp_path: Path) -> None:
    race = SimulatedRace(course(THREADS, PROCESSES, counts=(2,)), lambda one: 1.0 if one == LOOP else 0.5).run()
    (line,) = [line for line in evidence(advice_on(tmp_path, race)) if line.startswith("As good: ")]
    assert line.startswith("As good: 2 processes (")
    assert line.endswith(" the time) (final).")


def test_the_largest_count_tried_is_said_not_to_be_the_limit(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(course(THREADS, counts=(2, 4)), waits_with_slots(64)).run())
    assert any(
        line.startswith("More than 4 were not tried, since a batch of 100 was measured") for line in evidence(advice)
    )


def test_failures_in_the_race_are_said(tmp_path: Path) -> None:
    failing = {racer(PROCESSES, 4): "crashed: gone"}
    advice = advice_on(tmp_path, SimulatedRace(PAIR, computes_on(2), failing=failing).run(), COMPUTES)
    assert "Out: 4 processes, crashed: gone (round 1)." in evidence(advice)


def test_who_had_no_place_in_the_final_is_said_to_be_undecided(tmp_path: Path) -> None:
    race = SimulatedRace(course(THREADS, PROCESSES), waits_with_slots(8), budget_s=30).run()
    undecided = [one for one in race.dropped if one.undecided]
    lines = [line for line in evidence(advice_on(tmp_path, race)) if line.startswith("Not pursued:")]
    assert undecided and lines
    assert re.fullmatch(r"Not pursued: .* processes, .*x the time of .* so far \(.*\); may be as good\.", lines[0])


def test_a_part_of_the_items_is_said(tmp_path: Path) -> None:
    advice = advice_on(tmp_path, SimulatedRace(PAIR, computes_on(2)).run(), COMPUTES, batch=40)
    assert "Measured on the first 40 of 100 items, so that a pass is short." in evidence(advice)


def test_a_look_that_fails_or_shows_that_time_is_too_short_is_an_answer() -> None:
    assert failed_look(TARGET, "item 3: ValueError: no") == (
        "work.py::work fails: item 3: ValueError: no (first look); it must work before it is sped up."
    )
    assert too_long(TARGET, replace(WAITS, item_s=20.0), 120).endswith("--max-time 240, or smaller items, would help.")


def test_control_characters_are_shown(tmp_path: Path) -> None:
    hostile = replace(TARGET, typed="\x1b[31mwork")
    out = (RuledOut("asyncio", "\x1b[2J"),)
    advice = advice_on(tmp_path, SimulatedRace(PAIR, computes_on(2)).run(), COMPUTES, target=hostile, ruled_out=out)
    assert "\x1b" not in " ".join([headline(advice), *evidence(advice)])
