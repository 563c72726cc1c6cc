"""What may have spoilt a run, collected as data while it is measured."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.schema import CONTAMINATED_FROM, Bound, Case, Gil, RunWarning, Sample, Status, WarningKind, WarningLevel

BUSY_S, BUSY_SHARE = 0.005, 0.05  # of CPU during a pass of another trial: more than a trial needs to wait
MIN_PASS_S, MIN_TICKS = 0.001, 1000  # of the shortest pass worth timing; ticks are those of the clock

Snapshot = Mapping[str, Any]
"""The state of the machine, as `host.changeable` returns it."""

CHANGEABLE = (
    ("cores_usable", WarningKind.CORES, "number of usable cores"),
    ("governor", WarningKind.GOVERNOR, "frequency governor"),
    ("turbo", WarningKind.TURBO, "turbo setting"),
)


class RunWarnings:
    """The warnings of one run, from snapshots of the machine and every sample."""

    def __init__(self, at_start: Snapshot, resolution_s: float | None = None) -> None:
        """Take the machine before the run, and the clock's resolution if it is not that of perf_counter."""
        ticks_s = MIN_TICKS * (resolution_s or time.get_clock_info("perf_counter").resolution)
        self._min_pass_s = max(MIN_PASS_S, ticks_s)
        self._snapshots = [at_start]
        self._samples: list[Sample] = []
        self._gil_causes: dict[tuple[str, str], str] = {}
        self._task_costs: dict[Case, list[float]] = defaultdict(list)
        self._waited: Counter[Case] = Counter()  # the passes of others during which a case waited
        self._busy_shares: dict[Case, list[float]] = defaultdict(list)

    def add_snapshot(self, machine: Snapshot) -> None:
        """Add the present state of the machine."""
        self._snapshots.append(machine)

    def add_samples(self, samples: Iterable[Sample]) -> None:
        """Add samples that were measured."""
        self._samples += samples

    def add_gil_cause(self, case: Case, cause: str | None) -> None:
        """Add what enabled the GIL in a trial; None if nothing did, or it is not known."""
        if cause:
            self._gil_causes.setdefault((case.workload, case.python), cause)

    def add_task_cost(self, case: Case, cost_s: float | None) -> None:
        """Add what an engine needed for an empty task in a trial; None if it was not measured."""
        if cost_s is not None:
            self._task_costs[case].append(cost_s)

    def add_waiting(self, case: Case, cpu_s: float, elapsed_s: float) -> None:
        """Add the CPU time that a trial used while it waited for its turn, during a pass of another one."""
        self._waited[case] += 1
        if cpu_s > max(BUSY_S, BUSY_SHARE * elapsed_s):
            self._busy_shares[case].append(cpu_s / elapsed_s)

    def all(self) -> list[RunWarning]:
        """All warnings, the most serious first."""
        warnings = [
            *gil_enabled(self._samples, self._gil_causes),
            *machine_changed(self._snapshots),
            *busy_at_start(self._snapshots[0]),
            *busy_while_waiting(self._busy_shares, self._waited),
            *contaminated(self._samples),
            *too_short(self._samples, self._min_pass_s),
            *oversubscribed(self._samples, self._snapshots[0].get("cores_usable")),
            *task_costs(self._task_costs),
        ]
        return sorted(warnings, key=lambda warning: [*WarningKind].index(WarningKind(warning.kind)))


def machine_changed(snapshots: Sequence[Snapshot]) -> Iterator[RunWarning]:
    """Settings that changed between snapshots: times before and after come from different machines."""
    for fact, kind, name in CHANGEABLE:
        known = [snapshot[fact] for snapshot in snapshots if snapshot.get(fact) is not None]
        values = [value for value, before in zip(known, [None, *known], strict=False) if value != before]
        if len(values) > 1:
            yield RunWarning(kind, f"the {name} changed during the run: {', then '.join(map(_setting, values))}")


def busy_at_start(snapshot: Snapshot) -> Iterator[RunWarning]:
    """A load average above the number of usable cores before anything was measured."""
    cores, load = snapshot.get("cores_usable"), snapshot.get("load_1min")
    if cores and load and load > cores:
        text = f"when the run started, the load average was {load:.1f} on {cores} usable cores: see bench doctor"
        yield RunWarning(WarningKind.LOAD, text)


def gil_enabled(samples: Iterable[Sample], causes: Mapping[tuple[str, str], str]) -> Iterator[RunWarning]:
    """Free-threaded builds whose workers ran with the GIL enabled; causes by workload and Python."""
    with_gil = [sample for sample in samples if sample.python.endswith("t") and sample.gil is Gil.ON]
    for (workload, python), group in _grouped(with_gil, "workload", "python"):
        cause = causes.get((workload, python))
        why = f"{cause} enabled it" if cause else "what enabled it is not known"
        text = f"{workload} ran with the GIL enabled in Python {python}, a free-threaded build: {why}"
        yield RunWarning(WarningKind.GIL, text, workload=workload, python=python, samples=len(group))


def contaminated(samples: Iterable[Sample]) -> Iterator[RunWarning]:
    """Workloads with samples during which other programs used much of the cores."""
    known = [sample for sample in samples if sample.foreign_cpu is not None]
    for (workload,), group in _grouped(known, "workload"):
        shares = [sample.foreign_cpu for sample in group if sample.foreign_cpu is not None]
        above = [share for share in shares if share > CONTAMINATED_FROM]
        if above:
            text = (
                f"other programs used more than {CONTAMINATED_FROM * 100:.0f} % of the usable cores during "
                f"{len(above)} of {len(shares)} samples of {workload}, up to {max(above) * 100:.0f} %: "
                f"bench doctor names them"
            )
            yield RunWarning(WarningKind.CONTAMINATED, text, workload=workload, samples=len(above))


def busy_while_waiting(shares: Mapping[Case, Sequence[float]], waited: Mapping[Case, int]) -> Iterator[RunWarning]:
    """Cases that were not idle while other trials of their group were measured."""
    for case, busy in shares.items():
        text = (
            f"{case.label} did not rest between its passes: it used CPU during {len(busy)} of {waited[case]} passes of "
            f"other trials, up to {max(busy) * 100:.0f} % of a core, which slowed these down; measure it with "
            f"--one-at-a-time, or set exclusive = True on the workload"
        )
        yield RunWarning(
            WarningKind.WAITING, text, case.workload, case.backend, case.workers, case.id.interpreter, len(busy)
        )


def too_short(samples: Iterable[Sample], min_pass_s: float) -> Iterator[RunWarning]:
    """Cases with ok samples shorter than `min_pass_s` seconds."""
    short: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for sample in samples:
        if sample.status is Status.OK and sample.elapsed_s is not None and sample.elapsed_s < min_pass_s:
            case = (sample.workload, sample.backend, sample.workers, sample.python)
            short[(*case, sample.params, sample.options)].append(sample.elapsed_s)
    for (workload, backend, workers, python, *_), times in sorted(short.items()):
        text = (
            f"{workload} under {backend} with {workers} worker{'' if workers == 1 else 's'} took as little as "
            f"{min(times) * 1e3:.3g} ms, too short to time well: use a larger batch (-p, or more items)"
        )
        yield RunWarning(WarningKind.SHORT, text, workload, backend, workers, python, len(times))


def oversubscribed(samples: Iterable[Sample], cores: int | None) -> Iterator[RunWarning]:
    """More workers computing at once than usable cores: one note for the run, since it is a fact and not a fault."""
    many = [sample for sample in samples if cores and sample.workers > cores and _computes_at_once(sample)]
    if many:
        counts = _listed(sorted({sample.workers for sample in many}))
        backends = _listed(sorted({sample.backend for sample in many}))
        text = f"{backends} computed with {counts} workers on {cores} usable core{'' if cores == 1 else 's'}"
        yield RunWarning(WarningKind.OVERSUBSCRIBED, text, samples=len(many), level=WarningLevel.NOTE)


def task_costs(costs: Mapping[Case, Sequence[float]]) -> Iterator[RunWarning]:
    """What handing a task to a worker of an engine cost: a note for each backend with its options."""
    by_config: dict[tuple[str, str, str], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for case, seconds in costs.items():
        by_config[case.backend, case.id.options, case.id.interpreter][case.workers] += seconds
    for (backend, _options, interpreter), of_counts in by_config.items():
        counts = _listed([f"{median(of_counts[count]) * 1e6:.0f} µs x{count}" for count in sorted(of_counts)])
        text = (
            f"{backend} needed {counts} for a task without work, measured as each trial started: a task is an item, or "
            f"chunksize=N of them"
        )
        trials = sum(map(len, of_counts.values()))
        yield RunWarning(WarningKind.TASK_COST, text, None, backend, None, interpreter, trials, level=WarningLevel.NOTE)


def _computes_at_once(sample: Sample) -> bool:
    """Whether the workers compute, and can do so at the same time: as processes, or as threads without a GIL."""
    if sample.bound is not Bound.CPU or sample.async_style is not None:
        return False
    return sample.start_method is not None or sample.gil is Gil.OFF


def _setting(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _listed(things: Sequence[object]) -> str:
    return " and ".join(filter(None, [", ".join(map(str, things[:-1])), str(things[-1])]))


def _grouped(samples: Iterable[Sample], *names: str) -> Iterable[tuple[tuple[Any, ...], list[Sample]]]:
    """Samples with the same values of these fields, in the order first seen."""
    groups: dict[tuple[Any, ...], list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[tuple(getattr(sample, name) for name in names)].append(sample)
    return groups.items()
