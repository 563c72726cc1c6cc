"""What environment.json records of an advice: the target, the first look, the course of the race and its rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.analysis.advice.look import Look
from bench.analysis.race.course import Course, Dropped, Racer, RaceStage, RoundRecord
from bench.results.load import Run

KEY = "advice"
EXPRESSION, LINES, JSON_LIST, JSON_LINES, CALLS = "expression", "lines", "json", "json lines", "calls"


@dataclass(frozen=True)
class Target:
    """What is to be run: the name that the user typed, and for a function, where it is and where its items come from.

    `module` and `function` are None for a workload. `folder` must be on the import path for the module, if it is not
    None. `items_kind` says what `items` is: a Python expression, a file of lines or of JSON, or a number of calls.
    `names` are those of the module that the expression uses; `native` says that the function is a coroutine function.
    """

    typed: str
    workload: str
    module: str | None = None
    function: str | None = None
    folder: str | None = None
    items_kind: str | None = None
    items: str | None = None
    names: tuple[str, ...] = ()
    native: bool = False


@dataclass(frozen=True)
class RuledOut:
    """A backend that was not measured, and why."""

    backend: str
    why: str


@dataclass(frozen=True)
class AdviceRecord:
    """All of it. `batch` is the number of items that were measured; None means all. `budget_s` is for the rounds."""

    target: Target
    look: Look
    ruled_out: tuple[RuledOut, ...]
    course: Course
    batch: int | None
    budget_s: float
    rounds: tuple[RoundRecord, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As environment.json has it."""
        return asdict(self)


def advice_record(run: Run) -> AdviceRecord | None:
    """The record of a run; None if it gives no advice, or the record is not one of this version."""
    return from_environment(run.environment)


def from_environment(environment: Mapping[str, Any]) -> AdviceRecord | None:
    """The same, from the facts in environment.json."""
    facts = environment.get(KEY)
    try:
        return None if facts is None else _from_json(facts)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _from_json(facts: Mapping[str, Any]) -> AdviceRecord:
    course = facts["course"]
    return AdviceRecord(
        target=Target(**{**facts["target"], "names": tuple(facts["target"]["names"])}),
        look=Look.from_json(facts["look"]),
        ruled_out=tuple(RuledOut(**one) for one in facts["ruled_out"]),
        course=Course(_racer(course["baseline"]), tuple(map(_racers, course["ladders"]))),
        batch=facts["batch"],
        budget_s=float(facts["budget_s"]),
        rounds=tuple(
            RoundRecord(RaceStage(one["stage"]), _racers(one["racers"]), one["took_s"], bool(one["controls"]))
            for one in facts["rounds"]
        ),
        dropped=tuple(map(_dropped, facts["dropped"])),
    )


def _racers(facts: Sequence[Mapping[str, Any]]) -> tuple[Racer, ...]:
    return tuple(map(_racer, facts))


def _racer(facts: Mapping[str, Any]) -> Racer:
    return Racer(str(facts["backend"]), str(facts["options"]), int(facts["workers"]))


def _dropped(facts: Mapping[str, Any]) -> Dropped:
    rival = facts["rival"]
    return Dropped(
        _racer(facts["racer"]),
        RaceStage(facts["stage"]),
        int(facts["round"]),
        None if rival is None else _racer(rival),
        facts["times"],
        facts["reason"],
        bool(facts.get("undecided", False)),
    )
