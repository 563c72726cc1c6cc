"""From the chosen workloads and backends to the plan: worker counts, cases, and what fits into the time budget."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.backends._base import Backend
from bench.collect.description import WorkloadDescription
from bench.errors import UsageError
from bench.measure.plan import PRECISION, WORKLOAD_BUDGET_S, Effort, Plan, estimated_round_s
from bench.schema import MIN_ROUNDS, AsyncStyle, Bound, Case, Interpreter, ScalingKind, Value

WAITING_COUNTS = (1, 8, 32)


@dataclass(frozen=True)
class ChosenWorkload:
    """A workload with its parameters and worker counts; those in `spare` may be left out if time is short.

    With `exclusive`, no other trial is alive while one of it is. With weak `scaling`, its batch grows with the workers.
    """

    description: WorkloadDescription
    params: Mapping[str, Value]
    counts: tuple[int, ...]
    spare: tuple[int, ...] = ()
    exclusive: bool = False
    scaling: ScalingKind = ScalingKind.STRONG

    def __post_init__(self) -> None:
        """Raise UsageError if its batch cannot grow."""
        if self.scaling is ScalingKind.WEAK and self.description.discovers:
            raise UsageError(
                f"--scaling weak: {self.description.name} finds its items while it works, so its batch cannot grow "
                f"with the number of workers"
            )


@dataclass(frozen=True)
class ChosenBackend:
    """A backend with its options; the defaults of the interpreter are not yet filled in."""

    cls: type[Backend]
    options: Mapping[str, Value] = field(default_factory=dict)

    def unavailable_in(self, interpreters: Iterable[Interpreter]) -> dict[str, str]:
        """Why it cannot run in some interpreters, by their labels."""
        reasons = {one.label or one.version: self.cls.unavailable(one) for one in interpreters}
        return {label: reason for label, reason in reasons.items() if reason}

    def unfit(self, counts: Sequence[int]) -> set[int]:
        """Those of these worker counts that it cannot have with its options."""
        return {count for count in self.cls.worker_counts(tuple(counts)) if not self.cls.fits(count, self.options)}


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

    Backends that an interpreter cannot run are left out; see `left_out_backends`. Raises ParameterError.
    """
    return tuple(
        dict.fromkeys(
            _case(workload, backend, workers, interpreter)
            for workload in workloads
            for interpreter in interpreters
            for backend in backends
            if not backend.unavailable_in([interpreter])
            for workers in _counts(workload, backend)
        )
    )


def _counts(workload: ChosenWorkload, backend: ChosenBackend) -> tuple[int, ...]:
    """The worker counts that make a difference: blocking work in coroutines takes the same with any number of them."""
    counts = tuple(
        count for count in backend.cls.worker_counts(workload.counts) if backend.cls.fits(count, backend.options)
    )
    return counts[:1] if _blocks_loop(workload, backend) else counts


def _spare(workload: ChosenWorkload, backend: ChosenBackend) -> tuple[int, ...]:
    """The worker counts that tell least of a backend, if the counts are not the user's own: the spare ones, and 1."""
    counts = _counts(workload, backend)
    return (1, *workload.spare) if workload.spare and len(counts) > 1 else ()


def _blocks_loop(workload: ChosenWorkload, backend: ChosenBackend) -> bool:
    return backend.cls.async_style(workload.description.native) is AsyncStyle.BLOCKING


def measured_once(selection: "Selection") -> list[str]:
    """A line for each case that stands for several worker counts."""
    return [
        f"{backend.cls.name} runs the blocking work of {workload.description.name} one item after the other, whatever "
        f"the number of workers: measured once, with {backend.cls.worker_counts(workload.counts)[0]}"
        for workload in selection.workloads
        for backend in selection.backends
        if _blocks_loop(workload, backend) and len(backend.cls.worker_counts(workload.counts)) > 1
    ]


def left_out_backends(selection: "Selection") -> list[str]:
    """A line for each backend and interpreter that do not go together."""
    several = len(selection.interpreters) > 1
    return [
        f"{backend.cls.name} is left out{f' in {label}' if several else ''}: {reason}"
        for backend in {one.cls: one for one in selection.backends}.values()
        for label, reason in backend.unavailable_in(selection.interpreters).items()
    ]


def impossible_counts(selection: "Selection") -> list[str]:
    """A line for each backend that cannot have some of the numbers of workers."""
    lines = {}
    for backend in selection.backends:
        left_out = sorted({count for workload in selection.workloads for count in backend.unfit(workload.counts)})
        if left_out:
            lines[backend.cls] = (
                f"{backend.cls.name} is left out with {', '.join(map(str, left_out))} workers: "
                f"each={backend.options['each']} does not divide them"
            )
    return list(lines.values())


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
        environment={**description.environment, **interpreter.environment},
        interpreter=interpreter.label or interpreter.version,
        exclusive=workload.exclusive or description.exclusive,
        spare=workers in _spare(workload, backend),
        metrics=description.metrics,
        scaling=workload.scaling,
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
    """The plan: all worker counts, or with a time limit as many as leave room for enough rounds.

    `rounds` is the number asked for. Without any limit, there are rounds until each speedup is known within 10 %, or
    60 s per workload are spent. Raises ParameterError.
    """
    if rounds:
        effort = replace(effort, rounds=rounds)
    elif effort.precision is None:
        effort = replace(effort, precision=PRECISION)
        if effort.budget_s is None:
            effort = replace(effort, workload_budget_s=WORKLOAD_BUDGET_S)
    needed, fitting, cases = rounds or MIN_ROUNDS, selection, selection.cases()
    limit_s = _limit_s(effort, len(selection.workloads))
    while needed * estimated_round_s(cases, effort) > limit_s and any(one.spare for one in fitting.workloads):
        fitting = _with_fewer_counts(fitting)
        cases = fitting.cases()
    return Plan(cases, effort, seed, tuple(_left_out(selection.workloads, fitting.workloads)))


def _limit_s(effort: Effort, workloads: int) -> float:
    """The seconds that the run may take, by its own budget or those of its workloads together."""
    budgets = [effort.budget_s, effort.workload_budget_s and effort.workload_budget_s * workloads]
    return min((budget for budget in budgets if budget), default=math.inf)


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
