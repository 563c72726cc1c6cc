"""How long a trial may take before it is killed."""

from dataclasses import dataclass

from bench.schema import BASELINE, Case, Subject

UNKNOWN_S = 300.0  # while nothing is known of how long the work takes
LEAST_S = 30.0  # for whatever is started with the pool, and for a machine that is busy
TIMES = 10  # a case ten times slower than the plain loop is still measured


@dataclass(frozen=True)
class TimeLimit:
    """Seconds until a trial is killed, and where they are from, in words that follow them."""

    seconds: float
    why: str = ""


class Timeouts:
    """The time limit of each trial: as asked for, or else by how long the plain loop's trial of the same work took."""

    def __init__(self, asked_s: float | None) -> None:
        self._asked_s = asked_s
        self._plain_loop_s: dict[Subject, float] = {}

    def note(self, case: Case, took_s: float) -> None:
        """Learn from a trial that went well: its whole time, with the pool's start, all passes and their checks."""
        if case.backend == BASELINE:
            subject = case.id.subject
            self._plain_loop_s[subject] = max(took_s, self._plain_loop_s.get(subject, 0.0))

    def limit(self, case: Case) -> TimeLimit:
        """What holds for the next trial of a case."""
        if self._asked_s is not None:
            return TimeLimit(self._asked_s)
        plain_loop_s = self._plain_loop_s.get(case.id.subject)
        if plain_loop_s is None:
            return TimeLimit(UNKNOWN_S)
        if TIMES * plain_loop_s < LEAST_S:
            return TimeLimit(LEAST_S, f" (more than {TIMES} x the plain loop's trial)")
        return TimeLimit(TIMES * plain_loop_s, f" ({TIMES} x the plain loop's trial)")
