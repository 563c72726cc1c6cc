"""How many cycles the groups of a workload make, and in how many of them a slow case takes part."""

from collections.abc import Mapping

BASELINE_S = 1.0  # of passes in the baseline's trial, at least
SHARE = 0.65  # of a group's time that its passes should take, at least
CYCLES_S = 12.0  # that the cycles of a group should take at most, so that several rounds fit into a minute
MOST = 24
SLOW = 2.0  # times the baseline's time that the passes of a slower case may take together


class Cycles:
    """The number of cycles of each workload: the one given, or from its first group. It is kept for the whole run."""

    def __init__(self, given: int | None, decided: Mapping[str, int]) -> None:
        self._given = given
        self.decided = dict(decided)

    def of(self, workload: str) -> int | None:
        """The number of cycles of a workload; None if it has not been decided yet."""
        return self._given or self.decided.get(workload)

    def decide(self, workload: str, cycles: int) -> None:
        """Keep a number of cycles for the rest of the run."""
        self.decided[workload] = cycles


def cycles_for(baseline_s: float, cycle_s: float = 0.0, start_s: float = 0.0) -> int:
    """The number of cycles of a group whose start took `start_s` seconds, with a baseline pass and a cycle of so many.

    There are enough for a second of baseline passes, and for all passes to take most of the group's time; unless the
    group would take too long.
    """
    for_baseline = BASELINE_S / baseline_s if baseline_s > 0 else MOST
    for_share = SHARE / (1 - SHARE) * start_s / cycle_s if cycle_s > 0 else 0.0
    in_time = CYCLES_S / cycle_s if cycle_s > 0 else MOST
    return max(1, min(MOST, round(max(for_baseline, for_share)), int(max(in_time, 1.0))))


def passes_of(case_s: float, baseline_s: float, cycles: int) -> int:
    """In how many of the cycles a case takes part whose pass takes `case_s` seconds, and the baseline's `baseline_s`.

    A case that is much slower than the baseline would take most of the time, for a speedup that nobody is waiting for.
    """
    return max(1, min(cycles, int(cycles * SLOW * baseline_s / case_s))) if case_s > 0 else cycles
