"""What has changed since a run started: rows measured now would not belong to the same run."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench import __version__
from bench.errors import UsageError
from bench.machine import host
from bench.machine.interpreters import probe
from bench.measure.record.environment_json import file_digests

MAY_DIFFER = {"load_1min", "clock_resolution_s"}
MEMORY_SHARE = 0.01  # a kernel keeps a little more or less for itself at each start


def changes(facts: Mapping[str, Any]) -> list[str]:
    """Everything that differs from the facts of a run, with old and new value; empty if nothing has changed."""
    return [
        *_change("the version of bench", facts["bench"], __version__),
        *_machine_changes(facts["machine"], host.describe()),
        *(change for interpreter in facts["interpreters"] for change in _interpreter_changes(interpreter)),
        *_file_changes(facts["workload_files"]),
    ]


def _machine_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in new:
        before, now = old.get(name), new[name]
        if name == "memory_bytes" and before and now and abs(before - now) < MEMORY_SHARE * before:
            continue
        if name not in MAY_DIFFER:
            yield from _change(f"the machine's {name}", before, now)


def _interpreter_changes(old: Mapping[str, Any]) -> Iterator[str]:
    executable = old["executable"]
    try:
        new = probe(executable)
    except UsageError as error:
        yield str(error)
        return
    for name in ("version", "implementation", "build"):
        yield from _change(f"the {name} of {executable}", old[name], getattr(new, name))
    packages = old["packages"]
    for name in sorted({*packages, *new.packages}):
        yield from _change(f"{name} in {executable}", packages.get(name), new.packages.get(name))


def _file_changes(old: Mapping[str, str | None]) -> Iterator[str]:
    for path, digest in file_digests(old).items():
        yield from _change(f"the SHA-256 of {path}", _start(old[path]), _start(digest))


def _start(digest: str | None) -> str | None:
    return digest and digest[:12]


def _change(what: str, old: Any, new: Any) -> Iterator[str]:
    if old != new:
        yield f"{what} was {_text(old)}, and is {_text(new)}"


def _text(value: Any) -> str:
    return "unknown" if value is None else str(value)
