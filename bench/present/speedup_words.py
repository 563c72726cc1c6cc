"""A speedup with its uncertainty, in the words that a running and a finished run share."""

from typing import Protocol

from bench.present import words


class Judged(Protocol):
    """Whatever has a speedup, with the ends of its 95 % interval where they are known."""

    @property
    def is_baseline(self) -> bool: ...
    @property
    def speedup(self) -> float | None: ...
    @property
    def speedup_low(self) -> float | None: ...
    @property
    def speedup_high(self) -> float | None: ...
    @property
    def deterministic(self) -> bool: ...


def speedup_words(case: Judged) -> str:
    """A speedup with what is known of its uncertainty: `1.72x [1.61, 1.84]`."""
    if case.is_baseline and case.speedup is not None and not case.speedup_low:
        return f"{words.times(case.speedup)} baseline"
    if case.deterministic:
        return f"{words.times(case.speedup)} deterministic"
    if case.speedup_low is None or case.speedup_high is None:
        return words.times(case.speedup)
    return f"{words.times(case.speedup)} {words.interval(case.speedup_low, case.speedup_high)}"
