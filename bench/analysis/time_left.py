"""How long a run will still take, from how long its trials took."""

import time
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

from bench.samples import FEWEST_ROUNDS_FOR_PRECISION, Case


class TimeLeft:
    """Is told when trials start and end; a case takes as long as its earlier trials, or as those most like it.

    What is done between rounds (the ceiling is looked at) counts as well. `rounds` None means that there are as many as
    a precision takes: the time left is then that of the fewest, and `at_least`. `budget_s` bounds all rounds but the
    first.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        rounds: int | None,
        budget_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.at_least = rounds is None
        self._cases = cases
        self._rounds = rounds or FEWEST_ROUNDS_FOR_PRECISION
        self._budget_s = budget_s
        self._clock = clock
        self._took: dict[Case, list[float]] = {}
        self._between: list[float] = []  # before the first trial of each round
        self._round = -1
        self._done: list[Case] = []  # in the round at hand
        self._before: Sequence[Case] = cases  # in the round before
        self._began = self._mark = clock()
        self._first_round_s = self._likely_s = self._later_s = 0.0

    def trial_starts(self, round_number: int, case: Case) -> None:
        """A trial starts now."""
        now = self._clock()
        if round_number != self._round:
            self._between.append(now - self._mark)
            self._before = self._done or self._cases
            self._round, self._done = round_number, []
        self._done.append(case)
        self._mark = now
        self._look_ahead(case)

    def trial_ended(self, case: Case) -> None:
        """The trial that started last has ended."""
        now = self._clock()
        self._took.setdefault(case, []).append(now - self._mark)
        self._mark = now

    @property
    def trial_s(self) -> float:
        """How long ago the trial at hand started, in seconds."""
        return self._clock() - self._mark

    def seconds(self) -> float | None:
        """What is left by now, in seconds; None before any trial has ended."""
        if not self._took:
            return None
        rest = max(0.0, self._likely_s - self.trial_s)
        left = rest + self._first_round_s + self._later_s
        if self._budget_s is None:
            return left
        return max(rest + self._first_round_s, min(left, self._began + self._budget_s - self._clock()))

    def _look_ahead(self, case: Case) -> None:
        """Sum up once, when a trial starts, what comes after it: asking for the time is then cheap."""
        if not self._took:
            return
        self._likely_s = self._likely(case)
        done = set(self._done)
        this_round = self._sum(other for other in self._before if other not in done)
        whole = self._sum(self._before) + fmean(self._between[1:] or self._between)
        later = max(0, self._rounds - 1 - self._round) * whole
        in_first = self._round == 0
        self._first_round_s = this_round if in_first else 0.0
        self._later_s = later if in_first else later + this_round

    def _sum(self, cases: Iterable[Case]) -> float:
        return sum(map(self._likely, cases))

    def _likely(self, case: Case) -> float:
        """The mean of the case's own trials, else of its workload's under its backend, of its workload's, of all."""
        if own := self._took.get(case):
            return fmean(own)
        alike: tuple[Callable[[Case], bool], ...] = (
            lambda other: (other.workload, other.backend) == (case.workload, case.backend),
            lambda other: other.workload == case.workload,
            lambda other: True,
        )
        known = ([took for other, tooks in self._took.items() if fits(other) for took in tooks] for fits in alike)
        return fmean(next(tooks for tooks in known if tooks))
