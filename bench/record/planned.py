"""What was planned, as environment.json has it, so that a run that was cut off can be gone on with."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.errors import CannotResume
from bench.plan import Effort, Plan
from bench.samples import AsyncStyle, Bound, Case


def to_json(plan: Plan) -> dict[str, Any]:
    """All that decides what is measured, and in which order."""
    return {
        "seed": plan.seed,
        "effort": asdict(plan.effort),
        "left_out": list(plan.left_out),
        "cases": [asdict(case) for case in plan.cases],
    }


def from_json(facts: Mapping[str, Any]) -> Plan:
    """The plan again. Raises CannotResume where the facts are not what `to_json` gives."""
    try:
        cases = tuple(_case(**case) for case in facts["cases"])
        return Plan(cases, Effort(**facts["effort"]), facts["seed"], tuple(facts["left_out"]))
    except (KeyError, TypeError, ValueError) as error:
        raise CannotResume(f"environment.json does not say what was planned as this version does: {error!r}") from error


def _case(bound: str, async_style: str | None, **facts: Any) -> Case:
    return Case(bound=Bound(bound), async_style=None if async_style is None else AsyncStyle(async_style), **facts)
