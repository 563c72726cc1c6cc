"""What a run warns of, from whatever its environment.json holds."""

from dataclasses import dataclass
from typing import Any

from bench.results.load import Run

NOTE, WARNING = "note", "warning"
CONTAMINATED = "contaminated"


@dataclass(frozen=True)
class RunWarning:
    """One sentence to be read beside the figures; a note is a fact to know, a warning may have spoilt some of them.

    `workload` is the one concerned, None where that is the whole run.
    """

    kind: str
    level: str
    text: str
    workload: str | None = None


def cautions(run: Run) -> list[RunWarning]:
    """In the order noted; none where environment.json has none, and what in it is no sentence is passed over.

    A run that was gone on with has also those of the parts before, where the last part does not say the same.
    """
    last = _cautions_in(run.environment)
    resumed = run.environment.get("resumed")
    parts = [part for part in resumed if isinstance(part, dict)] if isinstance(resumed, list) else []
    before = dict.fromkeys(caution for part in parts for caution in _cautions_in(part))
    return [*(caution for caution in before if caution not in last), *last]


def _cautions_in(facts: dict[str, Any]) -> list[RunWarning]:
    noted = facts.get("warnings")
    read = [_read(one) for one in noted] if isinstance(noted, list) else []
    return [caution for caution in read if caution]


def _read(noted: Any) -> RunWarning | None:
    if not isinstance(noted, dict):
        return None
    kind, text = noted.get("kind"), noted.get("text")
    if not isinstance(kind, str) or not isinstance(text, str) or not text.strip():
        return None
    workload = noted.get("workload")
    level = NOTE if noted.get("level") == NOTE else WARNING
    return RunWarning(kind, level, text, workload if isinstance(workload, str) else None)
