"""The gatherer: is shown the machine and every sample, and gives what there is to say."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bench.schema import CONTAMINATED_FROM, Bound, Case, Gil, RunWarning, Sample, Status, WarningKind, WarningLevel

SHORTEST_S, FEWEST_TICKS = 0.001, 1000  # of a batch whose time means something; ticks are the clock's


class RunWarnings:
    """What to be wary of in one run."""

    def __init__(self, at_start: Mapping[str, Any], resolution_s: float | None = None) -> None:
        """The machine as `machine.changeable` tells it, and the resolution of a clock other than perf_counter."""
        ticks_s = FEWEST_TICKS * (resolution_s or time.get_clock_info("perf_counter").resolution)
        self._shortest_s = max(SHORTEST_S, ticks_s)
        self._looks = [at_start]
        self._samples: list[Sample] = []
        self._causes: dict[tuple[str, str], str] = {}

    def look(self, machine: Mapping[str, Any]) -> None:
        """Take in what the machine is by now."""
        self._looks.append(machine)

    def see(self, samples: Iterable[Sample]) -> None:
        """Take in what was measured."""
        self._samples += samples

    def hear_gil_cause(self, case: Case, cause: str | None) -> None:
        """Take in what a trial says of why it has the GIL; None where it has none, or cannot tell."""
        if cause:
            self._causes.setdefault((case.workload, case.python), cause)

    def all(self) -> list[RunWarning]:
        """What there is to say by now, the gravest first."""
        found = [
            *gil_came_back(self._samples, self._causes),
            *changed(self._looks),
            *busy_at_start(self._looks),
            *contaminated(self._samples),
            *too_short(self._samples, self._shortest_s),
            *oversubscribed(self._samples, self._looks[0].get("cores_usable")),
        ]
        return sorted(found, key=lambda caution: [*WarningKind].index(WarningKind(caution.kind)))


Looks = Sequence[Mapping[str, Any]]

CHANGES = (
    ("cores_usable", WarningKind.CORES, "number of usable cores"),
    ("governor", WarningKind.GOVERNOR, "frequency governor"),
    ("turbo", WarningKind.TURBO, "turbo setting"),
)


def changed(looks: Looks) -> Iterator[RunWarning]:
    """What became another between two looks: times before and after are of two machines."""
    for fact, kind, name in CHANGES:
        told = [look[fact] for look in looks if look.get(fact) is not None]
        values = [value for value, before in zip(told, [None, *told], strict=False) if value != before]
        if len(values) > 1:
            yield RunWarning(kind, f"the {name} changed during the run: {', then '.join(map(_shown, values))}")


def busy_at_start(looks: Looks) -> Iterator[RunWarning]:
    """Others wanted more cores than there are, before anything was measured."""
    cores, load = looks[0].get("cores_usable"), looks[0].get("load_1min")
    if cores and load and load > cores:
        text = f"when the run began, the load average was {load:.1f} on {cores} usable cores: see bench doctor"
        yield RunWarning(WarningKind.LOAD, text)


def _shown(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def gil_came_back(samples: Iterable[Sample], causes: Mapping[tuple[str, str], str]) -> Iterator[RunWarning]:
    """Free-threaded builds whose workers had the GIL; causes are told by workload and Python."""
    held = [sample for sample in samples if sample.python.endswith("t") and sample.gil is Gil.ON]
    for (workload, python), alike in _grouped(held, "workload", "python"):
        cause = causes.get((workload, python))
        why = f"{cause} switched it on" if cause else "what switched it on is not known"
        text = f"{workload} ran with the GIL on in Python {python}, a free-threaded build: {why}"
        yield RunWarning(WarningKind.GIL, text, workload=workload, python=python, samples=len(alike))


def contaminated(samples: Iterable[Sample]) -> Iterator[RunWarning]:
    """Workloads in whose samples other programs took much of the cores."""
    known = [sample for sample in samples if sample.foreign_cpu is not None]
    for (workload,), alike in _grouped(known, "workload"):
        shares = [sample.foreign_cpu for sample in alike if sample.foreign_cpu is not None]
        above = [share for share in shares if share > CONTAMINATED_FROM]
        if above:
            text = (
                f"other programs took more than {CONTAMINATED_FROM * 100:.0f} % of the usable cores during "
                f"{len(above)} of {len(shares)} samples of {workload}, {max(above) * 100:.0f} % at worst: "
                f"bench doctor names them"
            )
            yield RunWarning(WarningKind.CONTAMINATED, text, workload=workload, samples=len(above))


def too_short(samples: Iterable[Sample], shortest_s: float) -> Iterator[RunWarning]:
    """Cases with ok samples that took less than `shortest_s` seconds."""
    short: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for sample in samples:
        if sample.status is Status.OK and sample.elapsed_s is not None and sample.elapsed_s < shortest_s:
            case = (sample.workload, sample.backend, sample.workers, sample.python)
            short[(*case, sample.params, sample.options)].append(sample.elapsed_s)
    for (workload, backend, workers, python, *_), times in sorted(short.items()):
        text = (
            f"{workload} under {backend} with {workers} worker{'' if workers == 1 else 's'} took as little as "
            f"{min(times) * 1e3:.3g} ms, too short to time well: give it a bigger batch (-p, or more items)"
        )
        yield RunWarning(WarningKind.SHORT, text, workload, backend, workers, python, len(times))


def oversubscribed(samples: Iterable[Sample], cores: int | None) -> Iterator[RunWarning]:
    """More workers than usable cores that computed at once: one line for the run, for it is a fact, not a fault."""
    many = [sample for sample in samples if cores and sample.workers > cores and _computes_at_once(sample)]
    if many:
        counts = _listed(sorted({sample.workers for sample in many}))
        backends = _listed(sorted({sample.backend for sample in many}))
        text = f"{counts} workers of {backends} computed on {cores} usable core{'' if cores == 1 else 's'}"
        yield RunWarning(WarningKind.OVERSUBSCRIBED, text, samples=len(many), level=WarningLevel.NOTE)


def _computes_at_once(sample: Sample) -> bool:
    """Whether the workers compute, and may all do so at the same time: as processes, or as threads without a GIL."""
    if sample.bound is not Bound.CPU or sample.async_style is not None:
        return False
    return sample.start_method is not None or sample.gil is Gil.OFF


def _listed(things: Sequence[object]) -> str:
    return " and ".join(filter(None, [", ".join(map(str, things[:-1])), str(things[-1])]))


def _grouped(samples: Iterable[Sample], *names: str) -> Iterable[tuple[tuple[Any, ...], list[Sample]]]:
    """Samples by what they have in common, in the order first seen."""
    groups: dict[tuple[Any, ...], list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[tuple(getattr(sample, name) for name in names)].append(sample)
    return groups.items()
