"""Parse what a user asks to measure: workloads, backends, parameters, worker counts."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from bench.backends._base import Backend
from bench.backends._registry import backend_named, backends, usual_backends
from bench.collect.description import WorkloadDescription
from bench.collect.parameters import Parameter, parse_all
from bench.errors import ParameterError, UnknownName, UsageError
from bench.measure.matrix import ChosenBackend, ChosenWorkload, default_counts, quick_counts, spare_counts
from bench.schema import BASELINE, Interpreter, Value

MOST_WORKERS = 100_000
ALL = "all"  # stands for every backend that is available


def choose_workloads(
    selected: Sequence[WorkloadDescription], params: Iterable[str], counts: tuple[int, ...], cores: int, quick: bool
) -> list[ChosenWorkload]:
    """The workloads, each with its parameters and worker counts. Raises UsageError."""
    values = parse_params(params, selected)
    return [_with_counts(description, values[description.name], counts, cores, quick) for description in selected]


def _with_counts(
    description: WorkloadDescription, values: dict[str, Value], counts: tuple[int, ...], cores: int, quick: bool
) -> ChosenWorkload:
    if counts:
        return ChosenWorkload(description, values, counts)
    bound = description.bound
    if quick:
        return ChosenWorkload(description, values, quick_counts(bound, cores))
    usual = default_counts(bound, cores)
    return ChosenWorkload(description, values, usual, spare_counts(bound, usual, cores))


def parse_backends(typed: Sequence[str], baseline: bool) -> list[ChosenBackend]:
    """The requested backends, `all` of them, or the usual ones; the baseline first, if it is to be measured."""
    others = [parse_backend(text) for text in _named_backends(typed) if typed or text != BASELINE]
    if not baseline:
        return others
    return [ChosenBackend(backends()[BASELINE]), *(backend for backend in others if backend.cls.name != BASELINE)]


def _named_backends(typed: Sequence[str]) -> list[str]:
    if not typed:
        return list(usual_backends())
    named = [text for text in typed if text != ALL]
    given = {text.partition(":")[0] for text in named}
    return [*named, *(name for name in backends() if name not in given)] if ALL in typed else named


def refuse_unavailable(
    typed: Sequence[str], chosen: Iterable[ChosenBackend], interpreters: Sequence[Interpreter]
) -> None:
    """Raise UsageError if a backend that was asked for by name can run in none of the interpreters."""
    names = {text.partition(":")[0].lower() for text in typed}
    for backend in chosen:
        reasons = backend.unavailable_in(interpreters)
        if backend.cls.name in names and len(reasons) == len(interpreters):
            raise UsageError(f"backend {backend.cls.name}: {'; '.join(dict.fromkeys(reasons.values()))}")


def parse_backend(text: str) -> ChosenBackend:
    """`NAME[:OPTION,KEY=VALUE]`. Raises UnknownName, ParameterError."""
    name, _, options = text.partition(":")
    cls = backend_named(name)
    return ChosenBackend(cls, _parse_options(cls, [part for part in options.split(",") if part]))


def _parse_options(cls: type[Backend], parts: Iterable[str]) -> dict[str, Value]:
    known = cls.known_options()
    typed: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals:
            key, value = _option_of_word(cls.name, part, known), part
        _add(typed, key, value)
    return parse_all(typed, known, cls.name)


def _option_of_word(backend: str, word: str, known: Mapping[str, Parameter]) -> str:
    """The option that a bare word belongs to: `spawn` is a start_method."""
    words: dict[str, str] = {}
    for name, parameter in known.items():
        if issubclass(parameter.kind, StrEnum):
            words |= {member.value.lower(): name for member in parameter.kind}
    if word.lower() not in words:
        raise UnknownName.among(f"option of {backend}", word, [*words, *(f"{name}=VALUE" for name in known)])
    return words[word.lower()]


def parse_params(typed: Iterable[str], workloads: Sequence[WorkloadDescription]) -> dict[str, dict[str, Value]]:
    """`[WORKLOAD.]KEY=VALUE`, by workload; every parameter has its value. Raises UnknownName, ParameterError.

    Without a workload's name, a parameter applies to every workload that has it; at least one must.
    """
    known = {description.name: description.parameters for description in workloads}
    by_workload: dict[str, dict[str, str]] = {name: {} for name in known}
    for text in typed:
        key, equals, value = text.partition("=")
        if not equals:
            raise ParameterError(f"-p {text}: expected KEY=VALUE or WORKLOAD.KEY=VALUE")
        prefix, dot, name = key.rpartition(".")
        if dot and prefix not in known:
            raise UnknownName.among("workload in this run", prefix, known)
        takers = [prefix] if dot else [workload for workload in known if name in known[workload]]
        if not takers:
            raise UnknownName.among("parameter", name, {name for declared in known.values() for name in declared})
        for taker in takers:
            _add(by_workload[taker], name, value)
    return {workload: parse_all(by_workload[workload], known[workload], workload) for workload in known}


def _add(typed: dict[str, str], key: str, value: str) -> None:
    if typed.setdefault(key, value) != value:
        raise ParameterError(f"{key} has conflicting values: {typed[key]} and {value}")


def parse_counts(typed: Iterable[str]) -> tuple[int, ...]:
    """Parse `1,2,4` into sorted unique counts; empty if nothing was typed. Raises ParameterError."""
    parts = [part.strip() for text in typed for part in text.split(",")]
    for part in parts:
        if not part.isdecimal() or int(part) < 1:
            raise ParameterError(
                f"-w {','.join(parts)}: {part!r} is an invalid worker count: expected positive integers"
            )
    counts = sorted({int(part) for part in parts})
    if counts and counts[-1] > MOST_WORKERS:
        raise ParameterError(f"-w {counts[-1]}: at most {MOST_WORKERS} workers are supported")
    return tuple(counts)
