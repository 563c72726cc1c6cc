"""How many cycles the groups of a workload make: passes for about a second in the baseline's trial."""

from collections.abc import Mapping

BASELINE_S = 1.0  # of passes in the baseline's trial
MOST = 20
SLOW = 2.0  # times the baseline's time that the passes of a slower case may take together


class Cycles:
    """The number of cycles of each workload: the one given, or from its first baseline pass. It is kept for the run."""

    def __init__(self, given: int | None, decided: Mapping[str, int]) -> None:
        self._given = given
        self.decided = dict(decided)

    def of(self, workload: str) -> int | None:
        """The number of cycles of a workload; None if it has not been decided yet."""
        return self._given or self.decided.get(workload)

    def decide(self, workload: str, pass_s: float) -> int:
        """Decide the number of cycles from the seconds of a pass; returns it."""
        self.decided[workload] = cycles_for(pass_s)
        return self.decided[workload]


def cycles_for(pass_s: float) -> int:
    """The number of cycles for a baseline pass of so many seconds."""
    return max(1, min(MOST, round(BASELINE_S / pass_s))) if pass_s > 0 else MOST


def passes_of(case_s: float, baseline_s: float, cycles: int) -> int:
    """In how many of the cycles a case takes part whose pass takes `case_s` seconds, and the baseline's `baseline_s`.

    A case that is much slower than the baseline would take most of the time, for a speedup that nobody is waiting for.
    """
    return max(1, min(cycles, int(cycles * SLOW * baseline_s / case_s))) if case_s > 0 else cycles
