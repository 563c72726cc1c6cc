"""Read the warnings recorded in the environment.json of a run."""

from typing import Any

from bench.results.load import Run
from bench.schema import RunWarning, WarningLevel


def recorded_warnings(run: Run) -> list[RunWarning]:
    """The warnings in the order recorded; entries that are not warnings are skipped.

    A resumed run also has those of its earlier parts, unless the last part repeats them.
    """
    last = _warnings_in(run.environment)
    resumed = run.environment.get("resumed")
    parts = [part for part in resumed if isinstance(part, dict)] if isinstance(resumed, list) else []
    before = dict.fromkeys(warning for part in parts for warning in _warnings_in(part))
    return [*(warning for warning in before if warning not in last), *last]


def _warnings_in(facts: dict[str, Any]) -> list[RunWarning]:
    entries = facts.get("warnings")
    warnings = [_warning(entry) for entry in entries] if isinstance(entries, list) else []
    return [warning for warning in warnings if warning]


def _warning(entry: Any) -> RunWarning | None:
    if not isinstance(entry, dict):
        return None
    kind, text = entry.get("kind"), entry.get("text")
    if not isinstance(kind, str) or not isinstance(text, str) or not text.strip():
        return None
    workload = entry.get("workload")
    level = WarningLevel.NOTE if entry.get("level") == WarningLevel.NOTE else WarningLevel.WARNING
    return RunWarning(kind, text, workload if isinstance(workload, str) else None, level=level)
