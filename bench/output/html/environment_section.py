"""The environment of a run and how to repeat it, from its environment.json."""

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
    "cores_quota": "Core quota",
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
    """One fact about how a run was measured; a `long` one is folded."""

    name: str
    value: str
    long: bool = False


@dataclass(frozen=True)
class Repetition:
    """The command that repeats the measurement, None if unknown, and remarks on what else must be the same."""

    command: str | None
    remarks: tuple[str, ...]


def environment_facts(run: Run) -> list[Fact]:
    """The known facts, the machine first; unknown facts are omitted."""
    return [
        *_known_facts(run.machine, MACHINE),
        *_interpreters(run),
        *_known_facts(run.environment, RUN),
        *_left_out(run),
    ]


def repetition(run: Run) -> Repetition:
    """The recorded command line, with the seed of the run."""
    environment = run.environment
    typed, seed = environment.get("command"), environment.get("seed")
    if not isinstance(typed, list) or not all(isinstance(one, str) for one in typed):
        return Repetition(None, ("environment.json does not contain the command of this run.",))
    seeded = any(one == "--seed" or one.startswith("--seed=") for one in typed)
    extra = [] if seeded or type(seed) is not int else ["--seed", str(seed)]
    return Repetition(shlex.join(["bench", *typed, *extra]), tuple(_remarks(typed, environment)))


def _remarks(typed: list[str], environment: dict[str, Any]) -> Iterator[str]:
    if any(one in OUTPUT or one.startswith("--output=") for one in typed):
        yield "Choose another folder with -o: an existing run is never overwritten."
    commit = environment.get("commit")
    if isinstance(commit, dict) and isinstance(commit.get("id"), str):
        changed = ", with uncommitted changes" if commit.get("changed") is True else ""
        yield f"It was measured at commit {commit['id'][:40]}{changed}."
    digests = environment.get("workload_files")
    if isinstance(digests, dict) and digests:
        yield "environment.json has the SHA-256 of each workload file; the results apply to exactly these files."


def _known_facts(source: dict[str, Any], names: dict[str, str]) -> Iterator[Fact]:
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
    """Each interpreter with its build and packages, if known."""
    described = run.environment.get("interpreters")
    known = [one for one in described if isinstance(one, dict)] if isinstance(described, list) else []
    by_label = {str(one.get("label") or one.get("version")): one for one in known}
    for label in run.interpreters:
        facts = by_label.get(label, {})
        version = [] if facts.get("version") == label else [facts.get("version")]
        build = [*version, facts.get("implementation"), facts.get("build")]
        yield Fact(f"Python {label}", ", ".join(one for one in build if isinstance(one, str)) or "build unknown")
        if isinstance(installed := facts.get("packages"), dict) and installed:
            yield Fact(
                f"Packages of {label}",
                ", ".join(f"{name} {version}" for name, version in installed.items()),
                long=True,
            )


def _left_out(run: Run) -> Iterator[Fact]:
    left_out = run.environment.get("left_out")
    if isinstance(left_out, list) and left_out:
        yield Fact("Left out to fit the time limit", ", ".join(map(str, left_out)))
