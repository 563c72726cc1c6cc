"""The measured ceiling: the speedup of k independent busy processes on this machine."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pandas import Series

from bench.analysis.intervals import Ratio, from_log, paired_ratio
from bench.results.load import Run

ONE_WORKER = Ratio(1.0, 1.0, 1.0, 0, deterministic=True)


@dataclass(frozen=True)
class CeilingMeasurement:
    """One measurement of `workers` busy processes; if `speedup` is None, `reason` says why."""

    round: int
    workers: int
    speedup: float | None
    python: str | None
    reason: str | None


def ceilings(run: Run) -> dict[int, Ratio]:
    """The ceiling per number of workers: workers x alone / together, with its 95 % interval; 1 for one worker.

    The round is the unit; see `intervals.paired_ratio`. Empty if environment.json has no measurements; invalid entries
    are skipped.
    """
    by_round: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in ceiling_measurements(run):
        if one.speedup is not None:
            by_round[one.workers][one.round].append(math.log(one.speedup))
    measured = {workers: _over_rounds(by_round[workers].values()) for workers in sorted(by_round)}
    return {1: ONE_WORKER, **measured} if measured else {}


def ceiling_for(workers: int, measured: Mapping[int, Ratio]) -> Ratio | None:
    """The ceiling for a number of workers; that of the largest count measured stands for all above it.

    No more processes are looked at than there are cores, since they would do no more work at once.
    """
    return measured.get(min(workers, max(measured, default=workers)))


def ceiling_measurements(run: Run) -> list[CeilingMeasurement]:
    """The measurements in environment.json, in their order."""
    facts = run.environment.get("ceilings")
    return list(_valid(facts)) if isinstance(facts, list) else []


def _over_rounds(rounds: Iterable[list[float]]) -> Ratio:
    """The mean ratio, from the logarithms of each round."""
    ratios = Series([from_log(math.fsum(logs) / len(logs)) for logs in rounds])
    ratio = paired_ratio(ratios, Series(1.0, index=ratios.index))
    assert ratio is not None, "no round for this number of workers"
    return ratio


def _valid(facts: Iterable[Any]) -> Iterator[CeilingMeasurement]:
    for fact in facts:
        if not isinstance(fact, dict):
            continue
        number, workers, speedup, reason = fact.get("round"), fact.get("workers"), _speedup(fact), _text(fact, "reason")
        if type(number) is int and type(workers) is int and workers > 1 and (speedup or reason):
            yield CeilingMeasurement(number, workers, speedup, _text(fact, "python"), reason)


def _text(fact: dict[str, Any], name: str) -> str | None:
    return value if isinstance(value := fact.get(name), str) else None


def _speedup(entry: dict[str, Any]) -> float | None:
    """The speedup of the processes running at once; None if the numbers are invalid."""
    facts: list[Any] = [entry.get(name) for name in ("workers", "alone_s", "together_s")]
    if not all(type(fact) in (int, float) and fact > 0 for fact in facts):
        return None
    workers, alone_s, together_s = facts
    try:
        speedup = float(workers * alone_s / together_s)
    except ArithmeticError:
        return None
    return speedup if 0 < speedup < math.inf else None
