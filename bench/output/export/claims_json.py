"""Claims and thresholds as JSON for other programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench.analysis.crossing import Threshold
from bench.analysis.evidence import ClaimResult
from bench.analysis.saved_claims import SavedClaims
from bench.output.export.plain_json import without_nan


def claims_json(results: Sequence[ClaimResult]) -> list[dict[str, Any]]:
    """What `bench claims --json` prints: an object per claim."""
    return [_claim(result) for result in results]


def thresholds_json(thresholds: Sequence[Threshold]) -> list[dict[str, Any]]:
    """The thresholds of the decision flowchart in claims.json: an object per threshold."""
    return [without_nan(asdict(threshold)) for threshold in thresholds]


def saved_claims_text(saved: SavedClaims) -> str:
    """The text of claims.json."""
    facts = {
        "started_at": saved.started_at,
        "pythons": list(saved.pythons),
        "machine": dict(saved.machine),
        "claims": claims_json(saved.results),
        "thresholds": thresholds_json(saved.thresholds),
    }
    return json.dumps(facts, indent=2) + "\n"


def _claim(result: ClaimResult) -> dict[str, Any]:
    figures = [
        {
            "name": figure.name,
            "value": figure.estimate.point,
            "low": figure.estimate.low,
            "high": figure.estimate.high,
            "unit": figure.unit,
            "trials": figure.trials,
        }
        for figure in result.evidence.figures
    ]
    return {
        "id": result.id,
        "claim": result.claim,
        "verdict": result.judgement.verdict,
        "evidence": {
            "criterion": result.criterion,
            "figures": [without_nan(figure) for figure in figures],
            "conditions": list(result.evidence.conditions),
        },
        "why": result.judgement.why,
        "seconds": round(result.seconds, 3),
    }
