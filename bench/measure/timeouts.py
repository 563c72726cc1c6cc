"""How long a trial may take for its start and for each pass before it is killed."""

from bench.backends._registry import backends
from bench.measure.trial.trial_process import TimeLimit
from bench.schema import BASELINE, Case, Subject

DEFAULT_S = 300.0  # until the first baseline trial shows how long the work takes
MIN_S = 30.0  # for what is started with the pool, and for a busy machine
FACTOR = 10  # a case ten times slower than the baseline is still measured


class Timeouts:
    """The time limit of each turn of a trial: the one given, or else a multiple of the baseline's longest turn.

    A turn is the trial's start with its untimed passes, one timed pass with its check, or its stop.
    """

    def __init__(self, given_s: float | None) -> None:
        self._given_s = given_s
        self._baseline_s: dict[Subject, float] = {}

    def learn(self, case: Case, took_s: float) -> None:
        """Take in a turn that went well."""
        if case.backend == BASELINE:
            subject = case.id.subject
            self._baseline_s[subject] = max(took_s, self._baseline_s.get(subject, 0.0))

    def limit(self, case: Case) -> TimeLimit:
        """The limit of the next turn of a case."""
        if self._given_s is not None:
            return TimeLimit(self._given_s)
        baseline_s = self._baseline_s.get(case.id.subject)
        if baseline_s is None:
            return TimeLimit(DEFAULT_S)
        least_s = MIN_S + backends()[case.backend].start_allowance_s
        if FACTOR * baseline_s < least_s:
            return TimeLimit(least_s, f" (more than {FACTOR}x the baseline's longest turn)")
        return TimeLimit(FACTOR * baseline_s, f" ({FACTOR}x the baseline's longest turn)")
