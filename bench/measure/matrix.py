"""From what was chosen to the plan: which worker counts, which cases, and what of it fits the time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.backends._base import Backend
from bench.collect.description import Found
from bench.measure.plan import (
    MOST_ROUNDS,
    MOST_ROUNDS_FOR_PRECISION,
    ROUNDS,
    Effort,
    Plan,
    likely_round_s,
)
from bench.schema import MIN_ROUNDS, MIN_ROUNDS_FOR_PRECISION, Bound, Case, Interpreter, Value

WAITING_COUNTS = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class ChosenWorkload:
    """A workload with its parameters and worker counts; those in `spare` may be left out where time is short."""

    found: Found
    params: Mapping[str, Value]
    counts: tuple[int, ...]
    spare: tuple[int, ...] = ()


@dataclass(frozen=True)
class ChosenBackend:
    """A backend with its options; the interpreter's own defaults are not yet filled in."""

    cls: type[Backend]
    options: Mapping[str, Value] = field(default_factory=dict)


def default_counts(bound: Bound, cores: int) -> tuple[int, ...]:
    """Worker counts worth trying: 1, 2, 4, ... to twice the usable cores for computing, 1 to 32 for waiting."""
    if bound is Bound.IO:
        return WAITING_COUNTS
    most = 2 * cores
    powers = (2**power for power in range(most.bit_length()))
    return tuple(sorted({cores, most, *(power for power in powers if power < most)}))


def quick_counts(bound: Bound, cores: int) -> tuple[int, ...]:
    """The one count most worth trying."""
    return (8,) if bound is Bound.IO else (cores,)


def spare_counts(bound: Bound, counts: tuple[int, ...], cores: int) -> tuple[int, ...]:
    """What of the default counts may be left out, the last first: those between the ends.

    For computing, the number of cores is worth more than the largest count, which may go in the end.
    """
    if bound is Bound.IO:
        return counts[1:-1]
    between = tuple(count for count in counts[1:-1] if count != cores)
    return (counts[-1], *between) if cores in counts[1:-1] else between


def every_case(
    workloads: Iterable[ChosenWorkload], backends: Sequence[ChosenBackend], interpreters: Sequence[Interpreter]
) -> tuple[Case, ...]:
    """Each workload in each interpreter under each backend at each count that means something there, once.

    Raises ParameterError.
    """
    return tuple(
        dict.fromkeys(
            _case(workload, backend, workers, interpreter)
            for workload in workloads
            for interpreter in interpreters
            for backend in backends
            for workers in backend.cls.worker_counts(workload.counts)
        )
    )


def _case(workload: ChosenWorkload, backend: ChosenBackend, workers: int, interpreter: Interpreter) -> Case:
    found = workload.found
    return Case(
        workload=found.name,
        path=str(found.path),
        params=workload.params,
        bound=found.bound,
        backend=backend.cls.name,
        options=backend.cls.resolve(backend.options, interpreter),
        workers=workers,
        python=interpreter.version,
        executable=interpreter.executable,
        async_style=backend.cls.async_style(found.native),
        environment=found.environment,
    )


def build_plan(
    workloads: Sequence[ChosenWorkload],
    backends: Sequence[ChosenBackend],
    interpreters: Sequence[Interpreter],
    effort: Effort,
    seed: int,
    rounds: int | None = None,
) -> Plan:
    """The plan that fits the budget: without it all counts, with it fewer spare ones until enough rounds have room.

    `rounds` is the number asked for; without it there are as many as have room. Raises ParameterError.
    """
    chosen = list(workloads)
    cases = every_case(chosen, backends, interpreters)
    needed = rounds or (MIN_ROUNDS_FOR_PRECISION if effort.precision else MIN_ROUNDS)
    if effort.budget_s is None:
        usual = MOST_ROUNDS_FOR_PRECISION if effort.precision else ROUNDS
        return Plan(cases, replace(effort, rounds=rounds or usual), seed)
    while needed * likely_round_s(cases, effort) > effort.budget_s and any(workload.spare for workload in chosen):
        fullest = max(range(len(chosen)), key=lambda index: len(chosen[index].spare))
        chosen[fullest] = _thinned(chosen[fullest])
        cases = every_case(chosen, backends, interpreters)
    fitting = int(effort.budget_s / likely_round_s(cases, effort)) if cases else 0
    most = MOST_ROUNDS_FOR_PRECISION if effort.precision else min(max(fitting, MIN_ROUNDS), MOST_ROUNDS)
    effort = replace(effort, rounds=rounds or most)
    return Plan(cases, effort, seed, tuple(_left_out(workloads, chosen)))


def _thinned(workload: ChosenWorkload) -> ChosenWorkload:
    """Without every other of its spare counts, beginning with the last; the first goes when it is the only one left."""
    dropped = workload.spare[:0:-1][::2] or workload.spare
    return replace(
        workload,
        counts=tuple(count for count in workload.counts if count not in dropped),
        spare=tuple(count for count in workload.spare if count not in dropped),
    )


def _left_out(before: Sequence[ChosenWorkload], after: Sequence[ChosenWorkload]) -> Iterable[str]:
    for whole, thin in zip(before, after, strict=True):
        if dropped := [str(count) for count in whole.counts if count not in thin.counts]:
            yield f"{whole.found.name} at {', '.join(dropped)} workers"
