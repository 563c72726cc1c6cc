"""The resolution of the clock that all measurements use."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation
from bench.machine.host import SYSFS, text_of

READINGS = 10_000
ENOUGH_STEPS = 1000  # in the shortest batch worth measuring
SHORTEST_BATCH_NS = 1_000_000


def findings(observation: Observation) -> list[Finding]:
    """The resolution of the clock."""
    return [timer()]


def timer(clock: Callable[[], int] = time.perf_counter_ns, sysfs: Path = SYSFS) -> Finding:
    """The smallest step between readings of perf_counter, which is its resolution or the cost of reading it."""
    readings = [clock() for _ in range(READINGS)]
    step = min((later - earlier for earlier, later in pairwise(readings) if later > earlier), default=None)
    if step is None:
        return Finding("timer", Level.UNKNOWN, f"perf_counter did not advance in {READINGS} readings")
    source = text_of(sysfs / "devices/system/clocksource/clocksource0/current_clocksource")
    resolution = time.get_clock_info("perf_counter").resolution * 1e9
    found = f"readings are at least {step} ns apart (nominal: {resolution:g} ns); clock source: {source or 'unknown'}"
    if step * ENOUGH_STEPS <= SHORTEST_BATCH_NS:
        return Finding("timer", Level.GOOD, found)
    advice = f"do not measure batches shorter than {step * ENOUGH_STEPS / 1e6:g} ms"
    return Finding("timer", Level.WARNING, found, advice)
