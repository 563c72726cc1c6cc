from itertools import count
from pathlib import Path

import pytest

from bench.machine.checks._finding import Level
from bench.machine.checks.timer import timer
from tests.support.kernel import tree

SOURCE = "devices/system/clocksource/clocksource0/current_clocksource"


def test_fine_clock_is_good_and_its_source_is_reported(tmp_path: Path) -> None:
    found = timer(count(0, 40).__next__, tree(tmp_path, {SOURCE: "tsc\n"}))
    assert found.level is Level.GOOD
    assert found.found.startswith("readings are at least 40 ns apart")
    assert found.found.endswith("clock source: tsc")


def test_coarse_clock_is_reported_with_the_shortest_batch(tmp_path: Path) -> None:
    readings = (reading // 3 * 15_000 for reading in count())
    found = timer(readings.__next__, tmp_path)
    assert (found.level, found.advice) == (Level.WARNING, "do not measure batches shorter than 15 ms")
    assert found.found.endswith("clock source: unknown")


@pytest.mark.parametrize(("step", "level"), [(1000, Level.GOOD), (1001, Level.WARNING)])
def test_millisecond_batch_needs_a_thousand_ticks(tmp_path: Path, step: int, level: Level) -> None:
    assert timer(count(0, step).__next__, tmp_path).level is level


def test_stopped_clock_is_unknown(tmp_path: Path) -> None:
    assert timer(lambda: 7, tmp_path).level is Level.UNKNOWN
