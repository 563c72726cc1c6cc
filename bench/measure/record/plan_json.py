"""The plan of a run in environment.json, so that an interrupted run can be resumed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.errors import CannotResume
from bench.measure.plan import Effort, Plan
from bench.schema import AsyncStyle, Bound, Case, ScalingKind

COUNTS = {"rounds": 1, "warmups": 0}  # with their minimum
TEXTS = ("workload", "path", "backend", "interpreter", "python", "executable")


def to_json(plan: Plan) -> dict[str, Any]:
    """Everything that determines what is measured, and in which order."""
    return {
        "seed": plan.seed,
        "effort": asdict(plan.effort),
        "left_out": list(plan.left_out),
        "cases": [asdict(case) for case in plan.cases],
    }


def from_json(facts: Mapping[str, Any]) -> Plan:
    """The plan from its JSON. Raises CannotResume if `to_json` cannot have written the facts."""
    try:
        cases = tuple(_case(**case) for case in facts["cases"])
        _require(isinstance(facts["seed"], int), "seed")
        return Plan(cases, _effort(**facts["effort"]), facts["seed"], tuple(map(str, facts["left_out"])))
    except (KeyError, TypeError, ValueError) as error:
        raise CannotResume(f"environment.json does not describe the plan as this version does: {error!r}") from error


def _effort(**facts: Any) -> Effort:
    effort = Effort(**facts)
    for name, value in vars(effort).items():
        if name == "trace":
            _require(type(value) is bool, name)
        elif name == "cycles":
            _require(value is None or (type(value) is int and value >= 1), name)
        elif name in COUNTS:
            _require(type(value) is int and value >= COUNTS[name], name)
        else:
            _require(value is None or (type(value) in (int, float) and value > 0), name)
    return effort


def _case(bound: str, async_style: str | None, scaling: str, **facts: Any) -> Case:
    style = None if async_style is None else AsyncStyle(async_style)
    case = Case(bound=Bound(bound), async_style=style, scaling=ScalingKind(scaling), **facts)
    for name in TEXTS:
        _require(isinstance(getattr(case, name), str), name)
    for name in ("exclusive", "spare"):
        _require(type(getattr(case, name)) is bool, name)
    _require(type(case.workers) is int and case.workers >= 1, "workers")
    for name in ("params", "options", "environment", "metrics"):
        _require(isinstance(getattr(case, name), dict), name)
    for name in ("environment", "metrics"):
        _require(all(isinstance(value, str) for value in getattr(case, name).values()), name)
    return case


def _require(sensible: bool, name: str) -> None:
    if not sensible:
        raise ValueError(f"invalid value of {name}")
