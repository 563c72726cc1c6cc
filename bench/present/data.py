"""The same figures for other programs."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bench.analysis.load import Run
from bench.analysis.speedup import CaseSummary


def as_json(run: Run, summaries: Iterable[CaseSummary]) -> list[dict[str, Any]]:
    """Each case's fields by name, with the run's name; unknown is None, and nothing that JSON cannot say."""
    return [{"run": run.name, **_sayable(asdict(summary))} for summary in summaries]


def _sayable(facts: dict[str, Any]) -> dict[str, Any]:
    unsayable = {name for name, value in facts.items() if isinstance(value, float) and not math.isfinite(value)}
    return {**facts, **dict.fromkeys(unsayable)}
