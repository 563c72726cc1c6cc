"""Differences in the environments of two runs that may explain a change in times."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bench.results.load import Run

ALWAYS_DIFFERS = {"load_1min"}
NONE_IS_KNOWN = {"cores_quota"}
PASSES = ("warmups", "values", "cycles")


@dataclass(frozen=True)
class Difference:
    """A fact that differs between two runs; a side is None if the fact is unknown for that run."""

    what: str
    old: str | None
    new: str | None


def differences(old: Run, new: Run) -> list[Difference]:
    """Facts that differ, or may differ: machine, interpreters, bench version, commit, workload files, passes."""
    before, after = old.environment, new.environment
    return [
        *_machines(old.machine, new.machine),
        *_pythons(old, new),
        *_unless_same("bench", _text(before.get("bench")), _text(after.get("bench"))),
        *_commits(_object(before.get("commit")), _object(after.get("commit"))),
        *_workload_files(_object(before.get("workload_files")), _object(after.get("workload_files"))),
        *_passes(_object(before.get("effort")), _object(after.get("effort"))),
    ]


def _machines(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if not old or not new:
        yield Difference("machine", _text(old.get("cpu_model")), _text(new.get("cpu_model")))
        return
    for name in dict.fromkeys([*old, *new]):
        before, after = (_machine_fact(name, machine) for machine in (old, new))
        if before != after and name not in ALWAYS_DIFFERS:
            yield Difference(f"machine, {name}", before, after)


def _machine_fact(name: str, machine: Mapping[str, Any]) -> str | None:
    if name in NONE_IS_KNOWN and name in machine and machine[name] is None:
        return "none"
    return _text(machine.get(name))


def _pythons(old: Run, new: Run) -> Iterator[Difference]:
    """Versions come from the samples; builds are compared for the versions that both runs have."""
    versions = [", ".join(sorted(run.pythons)) for run in (old, new)]
    if versions[0] != versions[1]:
        yield Difference("Python", *versions)
    for version in old.pythons:
        if version in new.pythons:
            builds = [_build(run, version) for run in (old, new)]
            yield from _unless_same(f"build of Python {version}", *builds)


def _build(run: Run, version: str) -> str | None:
    interpreters = run.environment.get("interpreters")
    known = [_object(one) for one in interpreters] if isinstance(interpreters, list) else []
    builds = {_text(one.get("build")) for one in known if one.get("version") == version}
    return " or ".join(sorted(filter(None, builds))) or None


def _commits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Equal commits are reported too if there were uncommitted changes: the code may still differ."""
    names = [_commit(facts) for facts in (old, new)]
    if any(facts.get("changed") is not False for facts in (old, new)):
        yield Difference("commit", *names)
    else:
        yield from _unless_same("commit", *names)


def _commit(facts: Mapping[str, Any]) -> str | None:
    name = _text(facts.get("id"))
    return None if name is None else name[:12] + " with uncommitted changes" * (facts.get("changed") is True)


def _workload_files(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Files are matched by name, since checkouts may be anywhere; a renamed file with the same content is equal."""
    before, after = _digests(old), _digests(new)
    if not before or not after:
        yield Difference("workload files", ", ".join(before) or None, ", ".join(after) or None)
        return
    texts = [set().union(*files.values()) for files in (before, after)]
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        same = one == other if one and other else (one or other or set()) <= texts[one is not None]
        if not same or None in (one or other or set()):
            yield Difference(f"workload file {name}", _digest_text(one), _digest_text(other))


def _digests(files: Mapping[str, Any]) -> dict[str, set[str | None]]:
    digests: dict[str, set[str | None]] = {}
    for path, digest in files.items():
        digests.setdefault(PurePath(path).name, set()).add(_text(digest))
    return digests


def _digest_text(digests: set[str | None] | None) -> str | None:
    """The first characters of each digest; None if one of them is unknown."""
    if digests is None:
        return "not used"
    known = sorted(digest[:12] for digest in digests if digest is not None)
    return " and ".join(known) if len(known) == len(digests) else None


def _passes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """The number of passes per trial decides how warm it is; runs that do not record it are skipped."""
    for name in PASSES:
        if name in old and name in new:
            yield from _unless_same(f"{name} per trial", _text(old[name]), _text(new[name]))


def _unless_same(what: str, old: str | None, new: str | None) -> Iterator[Difference]:
    if old is None or old != new:
        yield Difference(what, old, new)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value)
