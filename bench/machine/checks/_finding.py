"""What an examination finds: frozen data, which `bench doctor --json` gives field by field."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters to a measurement."""

    GOOD = "good"
    NOTE = "note"  # worth knowing when the results are read
    WARNING = "warning"  # likely to spoil them
    UNKNOWN = "unknown"  # the system does not tell


@dataclass(frozen=True)
class Finding:
    """One fact about the machine. `found` and `advice` are a line each; advice is None where nothing need be done."""

    subject: str
    level: Level
    found: str
    advice: str | None = None
