"""How many cycles the groups of a workload make, and in how many of them a slow case takes part."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from statistics import NormalDist

MOST = 24
MOST_BRIEF = 6
SLOW = 2.0  # times the baseline's time that the passes of a slower case may take together
SLOW_S = 0.5  # seconds that the passes of any case may take together
BETWEEN_TRIALS = 0.15  # spread of a case's trials beyond that of their passes, over the latter: see docs/methodology.md
SLACK = 1.05  # how much wider an interval may become so that more of the time is spent on timed passes
MOST_ROUNDS = 12.0  # that are worth planning for: with more, the interval of a trial more hardly gets narrower
RISK = 0.05 / 6  # of an interval: verdicts are corrected for the number of cases
_Z = NormalDist().inv_cdf(1 - RISK / 2)


class Cycles:
    """The number of cycles of each workload: the one given, or from its first group.

    It is kept for the run, until a group has other cases: with fewer trials to start, more cycles may be better.
    `budget_s` is the time that all rounds of a workload may take, in seconds, and `spent_s` what each took before.
    """

    def __init__(
        self, given: int | None, decided: Mapping[str, int], budget_s: float, spent_s: Mapping[str, float]
    ) -> None:
        self._given = given
        self._budget_s = budget_s
        self._cases: dict[str, int] = {}  # in the group for which it was decided
        self.spent_s = defaultdict(float, spent_s)
        self._rounds: Counter[str] = Counter()
        self.decided = dict(decided)

    def of(self, workload: str, cases: int) -> int | None:
        """The number of cycles of a group with this number of cases; None if it has not been decided yet."""
        if self._cases.setdefault(workload, cases) != cases:
            self._cases[workload] = cases
            self.decided.pop(workload, None)
        return self._given or self.decided.get(workload)

    def decide(self, workload: str, start_s: float, cycle_s: float, least: int = 1) -> int:
        """Decide the number of cycles from what a group's start and one of its cycles take; returns it."""
        left_s = max(self._budget_s - self.spent_s[workload], 0.0)
        best = best_cycles(start_s, cycle_s, left_s, self._rounds[workload])
        self.decided[workload] = max(least, best)
        return self.decided[workload]

    def end_round(self, workload: str, took_s: float) -> None:
        """Take in how long a round of the workload took, in seconds: less is left for later ones."""
        self.spent_s[workload] += took_s
        self._rounds[workload] += 1


class BriefCycles(Cycles):
    """As many cycles as take about as long as the start of their group: for rounds that are decided on one by one.

    Rounds of fresh trials are what such a decision rests on, so that none should take much longer than it must. The
    number is decided anew for each group.
    """

    def of(self, workload: str, cases: int) -> int | None:
        """None, unless it was given: a group with the baseline takes much longer than one without."""
        return self._given

    def decide(self, workload: str, start_s: float, cycle_s: float, least: int = 1) -> int:
        """Decide the number of cycles from what a group's start and one of its cycles take; returns it."""
        wanted = round(start_s / cycle_s) if cycle_s > 0 else MOST_BRIEF
        self.decided[workload] = max(least, 1, min(MOST_BRIEF, wanted))
        return self.decided[workload]


def best_cycles(start_s: float, cycle_s: float, budget_s: float, rounds: int = 0) -> int:
    """The number of cycles that gives the narrowest intervals within a time budget, or a little more; all in seconds.

    `rounds` of them, with as many cycles, have been measured before.

    Few cycles leave time for many rounds, whose trials are the unit of the intervals; many cycles make each trial's
    speedup less noisy, and cost no further start. Of those that are nearly as good, it is the largest number.
    """
    round_s = {cycles: start_s + cycles * cycle_s for cycles in range(1, MOST + 1)}
    widths = {
        cycles: _width(rounds + (budget_s / seconds if seconds > 0 else MOST_ROUNDS), cycles)
        for cycles, seconds in round_s.items()
    }
    narrowest = min(widths.values())
    return max((cycles for cycles, width in widths.items() if width <= SLACK * narrowest < math.inf), default=1)


def _width(rounds: float, cycles: int) -> float:
    """The half-width of a corrected interval from this number of rounds, in units of the spread of single passes."""
    if rounds < 2:
        return math.inf
    rounds = min(rounds, MOST_ROUNDS)
    return _t_quantile(rounds - 1) * math.sqrt((BETWEEN_TRIALS**2 + 1 / cycles) / rounds)


def _t_quantile(degrees: float) -> float:
    """Student's quantile for this risk, by the expansion of Abramowitz and Stegun 26.7.5: too small for 1 or 2 degrees.

    Also for fractions of degrees, since a plan with 3.9 rounds is better than one with 3.0.
    """
    z = _Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / degrees**power for power, term in enumerate(terms, 1))


def passes_of(case_s: float, baseline_s: float, cycles: int) -> int:
    """In how many of the cycles a case takes part whose pass takes `case_s` seconds, and the baseline's `baseline_s`.

    A case that is much slower than the baseline would take most of the time, for a speedup that nobody is waiting for.
    """
    allowed_s = max(cycles * SLOW * baseline_s, SLOW_S)
    return max(1, min(cycles, int(allowed_s / case_s))) if case_s > 0 else cycles
