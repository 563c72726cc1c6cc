"""What the samples themselves show."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bench.cautions.caution import Caution, Kind, Level
from bench.samples import CONTAMINATED_FROM, Bound, Gil, Sample, Status


def gil_came_back(samples: Iterable[Sample], causes: Mapping[tuple[str, str], str]) -> Iterator[Caution]:
    """Free-threaded builds whose workers had the GIL; causes are told by workload and Python."""
    held = [sample for sample in samples if sample.python.endswith("t") and sample.gil is Gil.ON]
    for (workload, python), alike in _grouped(held, "workload", "python"):
        cause = causes.get((workload, python))
        why = f"{cause} switched it on" if cause else "what switched it on is not known"
        text = f"{workload} ran with the GIL on in Python {python}, a free-threaded build: {why}"
        yield Caution(Kind.GIL, text, workload=workload, python=python, samples=len(alike))


def contaminated(samples: Iterable[Sample]) -> Iterator[Caution]:
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
            yield Caution(Kind.CONTAMINATED, text, workload=workload, samples=len(above))


def too_short(samples: Iterable[Sample], shortest_s: float) -> Iterator[Caution]:
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
        yield Caution(Kind.SHORT, text, workload, backend, workers, python, len(times))


def oversubscribed(samples: Iterable[Sample], cores: int | None) -> Iterator[Caution]:
    """More workers than usable cores that computed at once: one line for the run, for it is a fact, not a fault."""
    many = [sample for sample in samples if cores and sample.workers > cores and _computes_at_once(sample)]
    if many:
        counts = _listed(sorted({sample.workers for sample in many}))
        backends = _listed(sorted({sample.backend for sample in many}))
        text = f"{counts} workers of {backends} computed on {cores} usable core{'' if cores == 1 else 's'}"
        yield Caution(Kind.OVERSUBSCRIBED, text, samples=len(many), level=Level.NOTE)


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
