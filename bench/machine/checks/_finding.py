"""What a check finds: frozen data, which `bench doctor --json` prints field by field."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters to a measurement."""

    GOOD = "good"
    NOTE = "note"  # worth knowing when reading results
    WARNING = "warning"  # likely to spoil them
    UNKNOWN = "unknown"  # the system does not say


@dataclass(frozen=True)
class Finding:
    """One fact about the machine. `found` and `advice` are one line each; no `advice`, nothing to do."""

    subject: str
    level: Level
    found: str
    advice: str | None = None
