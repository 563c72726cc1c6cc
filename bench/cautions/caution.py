"""One thing to be wary of: frozen data."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a caution is about, the gravest first."""

    GIL = "gil"
    CORES = "usable cores changed"
    GOVERNOR = "governor changed"
    TURBO = "turbo changed"
    LOAD = "load"
    CONTAMINATED = "contaminated"
    SHORT = "short batch"
    OVERSUBSCRIBED = "oversubscribed"


class Level(StrEnum):
    """How much it means for what was measured: `note`, to be known; `warning`, likely to have spoilt some of it."""

    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True)
class Caution:
    """One sentence, and what it is about: None means all of the run's. `samples` says how many it concerns."""

    kind: Kind
    text: str
    workload: str | None = None
    backend: str | None = None
    workers: int | None = None
    python: str | None = None
    samples: int | None = None
    level: Level = Level.WARNING
