from itertools import count
from pathlib import Path

import pytest

from bench.machine.checks._finding import Level
from bench.machine.checks.timer import timer
from tests.support.kernel import tree

SOURCE = "devices/system/clocksource/clocksource0/current_clocksource"


def test_a_fine_clock_is_good_and_its_source_is_told(tmp_path: Path) -> None:
    found = timer(count(0, 40).__next__, tree(tmp_path, {SOURCE: "tsc\n"}))
    assert found.level is Level.GOOD
    assert found.found.startswith("readings are 40 ns apart at best")
    assert found.found.endswith("clock source: tsc")


def test_of_a_coarse_clock_the_shortest_batch_is_told(tmp_path: Path) -> None:
    readings = (reading // 3 * 15_000 for reading in count())
    found = timer(readings.__next__, tmp_path)
    assert (found.level, found.advice) == (Level.WARNING, "measure no batch that is shorter than 15 ms")
    assert found.found.endswith("clock source: not told")


@pytest.mark.parametrize(("step", "level"), [(1000, Level.GOOD), (1001, Level.WARNING)])
def test_a_batch_of_a_millisecond_needs_a_thousand_steps(tmp_path: Path, step: int, level: Level) -> None:
    assert timer(count(0, step).__next__, tmp_path).level is level


def test_a_clock_that_does_not_move_is_unknown(tmp_path: Path) -> None:
    assert timer(lambda: 7, tmp_path).level is Level.UNKNOWN
