"""All that is known of a run, for programs that know this one."""

import math
from collections.abc import Sequence
from typing import Any

from bench.analysis.case_summary import CaseSummary
from bench.analysis.load import Run
from bench.export.exported import Exported, json_text
from bench.present.data import as_json


def export(run: Run, summaries: Sequence[CaseSummary]) -> Exported:
    """One object: the run's name, its environment.json, and the cases as `bench show --json` has them."""
    whole = {"run": run.name, "environment": _sayable(run.environment), "cases": as_json(run, summaries)}
    return Exported(json_text(whole))


def _sayable(value: Any) -> Any:
    """The same without nan and infinities, which a file by another hand may hold and JSON cannot say."""
    if isinstance(value, dict):
        return {name: _sayable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_sayable(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
