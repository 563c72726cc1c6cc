"""Where and with what a run was measured, and how to do it again: from whatever its environment.json holds."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.output.wording import formatting
from bench.results.load import Run

MACHINE = {
    "cpu_model": "Processor",
    "cores_usable": "Usable cores",
    "cores_physical": "Physical cores",
    "cores_logical": "Logical cores",
    "cores_quota": "Quota of cores",
    "memory_bytes": "Memory",
    "governor": "Frequency governor",
    "turbo": "Turbo",
    "load_1min": "Load average at the start",
    "system": "System",
    "architecture": "Architecture",
}
RUN = {"label": "Label", "started_at": "Started", "finished_at": "Finished", "bench": "bench", "seed": "Seed"}
OUTPUT = ("-o", "--output")


@dataclass(frozen=True)
class Fact:
    """One thing that is known of where and how a run was measured; what is `long` is not for reading through."""

    name: str
    value: str
    long: bool = False


@dataclass(frozen=True)
class Again:
    """The command that measures the same again, and what else must be as it was; no command where none is known."""

    command: str | None
    remarks: tuple[str, ...]


def facts(run: Run) -> list[Fact]:
    """What is known, the machine first; unknown is left out."""
    return [*_told(run.machine, MACHINE), *_interpreters(run), *_told(run.environment, RUN), *_left_out(run)]


def again(run: Run) -> Again:
    """The command line with the seed that the order came from."""
    environment = run.environment
    typed, seed = environment.get("command"), environment.get("seed")
    if not isinstance(typed, list) or not all(isinstance(one, str) for one in typed):
        return Again(None, ("environment.json does not say how this was measured.",))
    seeded = any(one == "--seed" or one.startswith("--seed=") for one in typed)
    extra = [] if seeded or type(seed) is not int else ["--seed", str(seed)]
    return Again(shlex.join(["bench", *typed, *extra]), tuple(_remarks(typed, environment)))


def _remarks(typed: list[str], environment: dict[str, Any]) -> Iterator[str]:
    if any(one in OUTPUT or one.startswith("--output=") for one in typed):
        yield "Name another folder with -o: a run is never written over another."
    commit = environment.get("commit")
    if isinstance(commit, dict) and isinstance(commit.get("id"), str):
        changed = ", with changes that were not committed" if commit.get("changed") is True else ""
        yield f"It was measured at commit {commit['id'][:40]}{changed}."
    digests = environment.get("workload_files")
    if isinstance(digests, dict) and digests:
        yield "environment.json has the SHA-256 of each workload file: results are of that text."


def _told(source: dict[str, Any], names: dict[str, str]) -> Iterator[Fact]:
    for key, name in names.items():
        value = source.get(key)
        if key == "memory_bytes" and type(value) is int and value > 0:
            yield Fact(name, formatting.size(value))
        elif isinstance(value, bool):
            yield Fact(name, "on" if value else "off")
        elif isinstance(value, float):
            yield Fact(name, f"{value:.3g}")
        elif isinstance(value, str | int) and value != "":
            yield Fact(name, str(value))


def _interpreters(run: Run) -> Iterator[Fact]:
    """Each interpreter with its build; the versions alone where environment.json does not say more."""
    described = run.environment.get("interpreters")
    known = [one for one in described if isinstance(one, dict)] if isinstance(described, list) else []
    builds = {str(one.get("version")): [one.get("implementation"), one.get("build")] for one in known}
    packages = {str(one.get("version")): one.get("packages") for one in known}
    for python in run.pythons:
        told = ", ".join(one for one in builds.get(python, []) if isinstance(one, str))
        yield Fact(f"Python {python}", told or "nothing more is known")
        if isinstance(own := packages.get(python), dict) and own:
            yield Fact(
                f"Packages of {python}", ", ".join(f"{name} {version}" for name, version in own.items()), long=True
            )


def _left_out(run: Run) -> Iterator[Fact]:
    left_out = run.environment.get("left_out")
    if isinstance(left_out, list) and left_out:
        yield Fact("Left out for want of time", ", ".join(map(str, left_out)))
