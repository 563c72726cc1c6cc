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
        facts: list[Any] = [look.get(name) for name in ("workers", "alone_s", "together_s")]
        if all(_positive(fact) for fact in facts):
            workers, alone_s, together_s = facts
            logs[int(workers)].append(math.log(workers * alone_s / together_s))
    measured = {workers: math.exp(math.fsum(found) / len(found)) for workers, found in sorted(logs.items())}
    return {1: 1.0, **measured} if measured else {}


def _looks(run: Run) -> list[dict[str, Any]]:
    looks = run.environment.get("ceilings")
    return [look for look in looks if isinstance(look, dict)] if isinstance(looks, list) else []


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
