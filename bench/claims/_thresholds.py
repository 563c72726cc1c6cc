"""Measure the thresholds of the decision flowchart: where curves cross on this machine."""

from collections.abc import Callable, Iterator, Sequence

from bench.analysis.crossing import Crossing, CurvePoint, Threshold, ThresholdName, rising_crossing
from bench.analysis.evidence import Unit
from bench.claims._comparison import SEQUENTIAL, Way, WaysCompared
from bench.claims._computing import processes
from bench.claims._workbench import Workbench
from bench.errors import TrialFailed

WAITS = (10, 30, 100, 300, 1000)
WAIT_S = 0.1
SLOWER = 1.1  # times as long as asyncio: threads no longer pay
ITEMS = 64
NUMBERS = (300, 3_000, 12_000, 50_000)  # per item: some 10 µs to 2 ms
ROUNDS, SECONDS = 4, 40.0

MeasurePoint = Callable[[Workbench, int], dict[ThresholdName, CurvePoint]]


def measure_thresholds(workbench: Workbench) -> list[Threshold]:
    """All thresholds; one that could not be measured has the reason."""
    waits = (
        "time of threads / asyncio, both with start and stop, for clients of a TCP server that answers after "
        f"{WAIT_S * 1e3:g} ms, each with a connection and a worker"
    )
    items = f"speedup of a process per core, for {ITEMS} items of square roots"
    return [
        *_measured(workbench, _waits_at_once, WAITS, {ThresholdName.WAITS: (Unit.COUNT, SLOWER, waits)}),
        *_measured(
            workbench,
            _item_time,
            NUMBERS,
            {
                ThresholdName.ITEM: (Unit.SECONDS, 1.0, f"{items}, in a pool that is kept"),
                ThresholdName.ITEM_COLD: (Unit.SECONDS, 1.0, f"{items}, with start and stop of the pool"),
            },
        ),
    ]


def _measured(
    workbench: Workbench,
    measure: MeasurePoint,
    grid: Sequence[int],
    about: dict[ThresholdName, tuple[Unit, float, str]],
) -> Iterator[Threshold]:
    points: dict[ThresholdName, list[CurvePoint]] = {name: [] for name in about}
    why_not = ""
    try:
        for number in grid:
            for name, point in measure(workbench, number).items():
                points[name].append(point)
    except TrialFailed as error:
        why_not = error.reason
    for name, (unit, level, conditions) in about.items():
        crossing = Crossing(None, why_not) if why_not else rising_crossing(points[name], level)
        yield Threshold(name, unit, level, tuple(points[name]), crossing, conditions)


def _waits_at_once(workbench: Workbench, count: int) -> dict[ThresholdName, CurvePoint]:
    """How long threads take over asyncio, each with start and stop, for so many waits at once."""
    threads, coroutines = Way("threading", count), Way("asyncio", count)
    params = (f"clients={count}", f"delay={WAIT_S}", "stagger=0.0")
    ways = workbench.compare(WaysCompared("tcp-echo", params, (threads, coroutines), SECONDS, ROUNDS, cycles=2))
    return {ThresholdName.WAITS: CurvePoint(count, ways.cold_ratio(threads, coroutines).estimate)}


def _item_time(workbench: Workbench, numbers: int) -> dict[ThresholdName, CurvePoint]:
    """The speedup of processes for items of so many numbers, without and with the start of the pool."""
    pool = processes(workbench.cores)
    params = (f"tasks={ITEMS}", f"n={numbers}")
    ways = workbench.compare(WaysCompared("sqrt-sum", params, (SEQUENTIAL, pool), SECONDS, ROUNDS, cycles=6))
    item_s = ways.seconds(SEQUENTIAL).estimate.point / ITEMS
    return {
        ThresholdName.ITEM: CurvePoint(item_s, ways.speedup(pool).estimate),
        ThresholdName.ITEM_COLD: CurvePoint(item_s, ways.cold_speedup(pool).estimate),
    }
