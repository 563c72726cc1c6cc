"""The measured ceiling: what so many busy processes at once give on this machine, as a speedup."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pandas import Series

from bench.analysis.intervals import Ratio, from_log, paired_ratio
from bench.results.load import Run

ONE_WORKER = Ratio(1.0, 1.0, 1.0, 0, deterministic=True)


@dataclass(frozen=True)
class Look:
    """One look at so many busy processes; `speedup` is None where there is only a `reason` why."""

    round: int
    workers: int
    speedup: float | None
    python: str | None
    reason: str | None


def ceilings(run: Run) -> dict[int, Ratio]:
    """By number of workers, workers x alone / together over the rounds, with its 95 % interval; 1 for one worker.

    The round is the unit; see `ratio.paired_ratio`. Empty where environment.json has none; what in it is no
    measurement is passed over.
    """
    by_round: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for look in looks(run):
        if look.speedup is not None:
            by_round[look.workers][look.round].append(math.log(look.speedup))
    measured = {workers: _over_rounds(by_round[workers].values()) for workers in sorted(by_round)}
    return {1: ONE_WORKER, **measured} if measured else {}


def looks(run: Run) -> list[Look]:
    """Every look that environment.json has, in its order."""
    facts = run.environment.get("ceilings")
    return list(_readable(facts)) if isinstance(facts, list) else []


def _over_rounds(rounds: Iterable[list[float]]) -> Ratio:
    """From the logarithms found in each round."""
    found = Series([from_log(math.fsum(logs) / len(logs)) for logs in rounds])
    ratio = paired_ratio(found, Series(1.0, index=found.index))
    assert ratio is not None, "a count without a round"
    return ratio


def _readable(facts: Iterable[Any]) -> Iterator[Look]:
    for fact in facts:
        if not isinstance(fact, dict):
            continue
        number, workers, speedup, reason = fact.get("round"), fact.get("workers"), _speedup(fact), _text(fact, "reason")
        if type(number) is int and type(workers) is int and workers > 1 and (speedup or reason):
            yield Look(number, workers, speedup, _text(fact, "python"), reason)


def _text(fact: dict[str, Any], name: str) -> str | None:
    return value if isinstance(value := fact.get(name), str) else None


def _speedup(look: dict[str, Any]) -> float | None:
    """How much more work so many did at once; None where the numbers make no sense."""
    facts: list[Any] = [look.get(name) for name in ("workers", "alone_s", "together_s")]
    if not all(type(fact) in (int, float) and fact > 0 for fact in facts):
        return None
    workers, alone_s, together_s = facts
    try:
        speedup = float(workers * alone_s / together_s)
    except ArithmeticError:
        return None
    return speedup if 0 < speedup < math.inf else None
