"""From the chosen workloads and backends to the plan: worker counts, cases, and what fits into the time budget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.backends._base import Backend
from bench.collect.description import WorkloadDescription
from bench.measure.plan import (
    MAX_ROUNDS,
    MAX_ROUNDS_FOR_PRECISION,
    ROUNDS,
    Effort,
    Plan,
    estimated_round_s,
)
from bench.schema import MIN_ROUNDS, MIN_ROUNDS_FOR_PRECISION, Bound, Case, Interpreter, Value

WAITING_COUNTS = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class ChosenWorkload:
    """A workload with its parameters and worker counts; those in `spare` may be left out if time is short."""

    description: WorkloadDescription
    params: Mapping[str, Value]
    counts: tuple[int, ...]
    spare: tuple[int, ...] = ()


@dataclass(frozen=True)
class ChosenBackend:
    """A backend with its options; the defaults of the interpreter are not yet filled in."""

    cls: type[Backend]
    options: Mapping[str, Value] = field(default_factory=dict)


def default_counts(bound: Bound, cores: int) -> tuple[int, ...]:
    """Default worker counts: 1, 2, 4, ... to twice the usable cores if the work computes, 1 to 32 if it waits."""
    if bound is Bound.IO:
        return WAITING_COUNTS
    most = 2 * cores
    powers = (2**power for power in range(most.bit_length()))
    return tuple(sorted({cores, most, *(power for power in powers if power < most)}))


def quick_counts(bound: Bound, cores: int) -> tuple[int, ...]:
    """The one worker count of --quick."""
    return (8,) if bound is Bound.IO else (cores,)


def spare_counts(bound: Bound, counts: tuple[int, ...], cores: int) -> tuple[int, ...]:
    """The default counts that may be left out, the last one first: those between the smallest and the largest.

    If the work computes, the number of cores matters more than the largest count, which may be left out last.
    """
    if bound is Bound.IO:
        return counts[1:-1]
    between = tuple(count for count in counts[1:-1] if count != cores)
    return (counts[-1], *between) if cores in counts[1:-1] else between


def every_case(
    workloads: Iterable[ChosenWorkload], backends: Sequence[ChosenBackend], interpreters: Sequence[Interpreter]
) -> tuple[Case, ...]:
    """Each workload in each interpreter under each backend at each worker count that the backend supports, once.

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
    description = workload.description
    return Case(
        workload=description.name,
        path=str(description.path),
        params=workload.params,
        bound=description.bound,
        backend=backend.cls.name,
        options=backend.cls.resolve(backend.options, interpreter),
        workers=workers,
        python=interpreter.version,
        executable=interpreter.executable,
        async_style=backend.cls.async_style(description.native),
        environment=description.environment,
    )


@dataclass(frozen=True)
class Selection:
    """What a run is to measure: every workload under every backend in every interpreter."""

    workloads: Sequence[ChosenWorkload]
    backends: Sequence[ChosenBackend]
    interpreters: Sequence[Interpreter]

    def cases(self) -> tuple[Case, ...]:
        """All cases. Raises ParameterError."""
        return every_case(self.workloads, self.backends, self.interpreters)


def build_plan(selection: Selection, effort: Effort, seed: int, rounds: int | None = None) -> Plan:
    """The plan: all worker counts, or with a budget as many as leave room for enough rounds.

    `rounds` is the number asked for; by default there are as many as fit. Raises ParameterError.
    """
    cases = selection.cases()
    if effort.budget_s is None:
        usual = MAX_ROUNDS_FOR_PRECISION if effort.precision else ROUNDS
        return Plan(cases, replace(effort, rounds=rounds or usual), seed)
    needed = rounds or (MIN_ROUNDS_FOR_PRECISION if effort.precision else MIN_ROUNDS)
    fitting = selection
    while needed * estimated_round_s(cases, effort) > effort.budget_s and any(w.spare for w in fitting.workloads):
        fitting = _with_fewer_counts(fitting)
        cases = fitting.cases()
    possible = int(effort.budget_s / estimated_round_s(cases, effort)) if cases else 0
    most = MAX_ROUNDS_FOR_PRECISION if effort.precision else min(max(possible, MIN_ROUNDS), MAX_ROUNDS)
    effort = replace(effort, rounds=rounds or most)
    return Plan(cases, effort, seed, tuple(_left_out(selection.workloads, fitting.workloads)))


def _with_fewer_counts(selection: Selection) -> Selection:
    """The same with fewer worker counts of the workload that has the most to spare."""
    workloads = list(selection.workloads)
    fullest = max(range(len(workloads)), key=lambda index: len(workloads[index].spare))
    workloads[fullest] = _thinned(workloads[fullest])
    return replace(selection, workloads=workloads)


def _thinned(workload: ChosenWorkload) -> ChosenWorkload:
    """Without every other spare count, starting with the last; the first is dropped once it is the only one."""
    dropped = workload.spare[:0:-1][::2] or workload.spare
    return replace(
        workload,
        counts=tuple(count for count in workload.counts if count not in dropped),
        spare=tuple(count for count in workload.spare if count not in dropped),
    )


def _left_out(before: Sequence[ChosenWorkload], after: Sequence[ChosenWorkload]) -> Iterable[str]:
    for whole, thin in zip(before, after, strict=True):
        if dropped := [str(count) for count in whole.counts if count not in thin.counts]:
            yield f"{whole.description.name} at {', '.join(dropped)} workers"
