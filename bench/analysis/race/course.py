"""The parts of a race: who takes part, its rounds and stages, and who is out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bench.schema import BASELINE, CaseId


class RaceStage(StrEnum):
    """The stages, in their order."""

    SEARCH = "search"
    RACE = "race"
    FINAL = "final"


@dataclass(frozen=True)
class Racer:
    """A backend with its options (JSON) and its number of workers."""

    backend: str
    options: str
    workers: int

    @classmethod
    def of(cls, case: CaseId) -> "Racer":
        """The racer that a case is."""
        return cls(case.backend, case.options, case.workers)

    @property
    def is_baseline(self) -> bool:
        """Whether this is the loop that all others are compared with."""
        return self.backend == BASELINE


@dataclass(frozen=True)
class Dropped:
    """A racer that is out after a round: it took `times` as long as a rival, or it failed for a `reason`.

    One that is `undecided` may be as fast as the rival: it was behind, and there was no time or place for all.
    """

    racer: Racer
    stage: RaceStage
    round: int
    rival: Racer | None = None
    times: float | None = None
    reason: str | None = None
    undecided: bool = False


@dataclass(frozen=True)
class RoundRecord:
    """A round of a race: its stage, who took part, the seconds that it took, once known, and if it had controls."""

    stage: RaceStage
    racers: tuple[Racer, ...]
    took_s: float | None = None
    controls: bool = False


@dataclass(frozen=True)
class Course:
    """Who may take part: the baseline, and for each backend, the simplest first, its racers in order of workers."""

    baseline: Racer
    ladders: tuple[tuple[Racer, ...], ...]

    def preference(self, racer: Racer) -> tuple[int, int]:
        """The sort key of racers that are equally fast: the baseline, then fewer workers, then simpler means."""
        places = [place for place, ladder in enumerate(self.ladders) if racer in ladder]
        return (0, 0) if racer.is_baseline else (racer.workers, places[0] if places else len(self.ladders))


@dataclass(frozen=True)
class RaceSoFar:
    """What has been measured: the rounds, and of each the mean log time per racer, without those that failed.

    `timed_s` are the seconds that all timed passes of each round took together, those of controls included.
    """

    course: Course
    rounds: tuple[RoundRecord, ...]
    logs: tuple[Mapping[Racer, float], ...]
    timed_s: tuple[float, ...]
    failed: Mapping[Racer, str] = field(default_factory=dict)

    def of(self, stage: RaceStage) -> list[Mapping[Racer, float]]:
        """The log times of the rounds of a stage."""
        return [logs for one, logs in zip(self.rounds, self.logs, strict=True) if one.stage is stage]

    def started(self, stage: RaceStage) -> int | None:
        """The number of the first round of a stage; None if there was none."""
        return next((number for number, one in enumerate(self.rounds) if one.stage is stage), None)


@dataclass(frozen=True)
class NextStep:
    """The next round: who takes part in it, and whether controls do; no one does if the race has ended.

    `dropped` are out since the last round.
    """

    stage: RaceStage
    racers: tuple[Racer, ...]
    dropped: tuple[Dropped, ...] = ()
    controls: bool = False
