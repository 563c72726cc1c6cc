"""What cases are called: as short as tells them apart."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from bench.case_id import CaseId, Subject, Way
from bench.present import words
from bench.samples import AsyncStyle

Of = TypeVar("Of", bound=CaseId)


def way_labels(cases: Iterable[CaseId]) -> dict[Way, str]:
    """Each way's name, by backend and then options: the backend, with the options in which it differs from others."""
    ways = sorted({case.way for case in cases}, key=_order)
    return {way: _way_label(way, [other for other in ways if other.backend == way.backend]) for way in ways}


def label_in_full(way: Way) -> str:
    """A way's name with all its options, whatever other ways there are."""
    return _labelled(way, list(_options(way)))


def variants(ways: Iterable[Way]) -> dict[Way, int]:
    """The place of each way among those of the same backend, from 0."""
    seen: dict[str, int] = {}
    places = {}
    for way in ways:
        places[way] = seen.get(way.backend, 0)
        seen[way.backend] = places[way] + 1
    return places


def is_blocking(way: Way | CaseId) -> bool:
    """Whether coroutines call blocking work here, so that the loop stands still."""
    return way.async_style == AsyncStyle.BLOCKING


def by_subject(cases: Iterable[Of]) -> dict[Subject, list[Of]]:
    """The cases of each subject, in their order."""
    found: dict[Subject, list[Of]] = {}
    for case in cases:
        found.setdefault(case.subject, []).append(case)
    return found


def apart(subject: Subject, subjects: Iterable[Subject]) -> list[str]:
    """What tells a subject from others of the same workload: its parameters, its interpreter, or nothing."""
    same = [other for other in subjects if other.workload == subject.workload]
    facts = []
    if len({other.params for other in same}) > 1:
        facts.append(words.settings(subject.params) or "no parameters")
    if len({other.python for other in same}) > 1:
        facts.append(f"Python {words.clean(subject.python)}")
    return facts


def _way_label(way: Way, siblings: Sequence[Way]) -> str:
    """As the command line takes it: `multiprocessing:spawn,chunksize=4`."""
    own = _options(way)
    others = [_options(sibling) for sibling in siblings]
    differing = [name for name in own if any(other.get(name) != own[name] for other in others)]
    return _labelled(way, differing)


def _labelled(way: Way, names: Iterable[str]) -> str:
    own = _options(way)
    told = ",".join(sorted((_option(name, own[name]) for name in names), key=lambda option: "=" in option))
    return words.clean(way.backend) + (f":{told}" if told else "") + (" (blocking)" if is_blocking(way) else "")


def _options(way: Way) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(way.options)
    return options | ({"start_method": way.start_method} if way.start_method else {})


def _option(name: str, value: object) -> str:
    known_by_value = isinstance(value, str)
    return words.setting(value) if known_by_value else f"{words.clean(name)}={words.setting(value)}"


def _order(way: Way) -> tuple[str, bool, str, str]:
    return way.backend, is_blocking(way), way.options, way.start_method or ""
