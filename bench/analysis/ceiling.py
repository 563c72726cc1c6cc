"""The measured ceiling: what so many busy processes at once give on this machine, as a speedup."""

import math
from collections import defaultdict
from typing import Any

from bench.analysis.load import Run


def ceilings(run: Run) -> dict[int, float]:
    """By number of workers, the geometric mean over the rounds of workers x alone / together; 1 for one worker.

    Empty where environment.json has none; what in it is no measurement is passed over.
    """
    logs: dict[int, list[float]] = defaultdict(list)
    for look in _looks(run):
        workers, speedup = look.get("workers"), _speedup(look)
        if type(workers) is int and workers > 1 and speedup is not None:
            logs[workers].append(math.log(speedup))
    measured = {workers: math.exp(math.fsum(found) / len(found)) for workers, found in sorted(logs.items())}
    return {1: 1.0, **measured} if measured else {}


def _looks(run: Run) -> list[dict[str, Any]]:
    looks = run.environment.get("ceilings")
    return [look for look in looks if isinstance(look, dict)] if isinstance(looks, list) else []


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
