"""The throughputs of a run by number of workers, with the laws fitted to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.case_summary import CaseSummary
from bench.analysis.estimate import Estimate
from bench.analysis.scaling.fitting import fit_laws
from bench.analysis.scaling.laws import LawFit
from bench.results.throughput_table import Throughput
from bench.schema import BackendConfig, Bound, Subject


@dataclass(frozen=True)
class ScalingPoint:
    """The throughput with a number of workers, in items per second, with its interval if there is one."""

    workers: int
    throughput: Estimate


@dataclass(frozen=True)
class Scaling:
    """How the throughput of a backend follows its number of workers, and each law's fit to that.

    `subject` and `config` are None for a table of a user's, whose `name` is its file's. `computes_beyond` is the number
    of usable cores if the work computes and more workers were measured: the laws then count waiting for a core, too.
    """

    name: str
    subject: Subject | None
    config: BackendConfig | None
    points: tuple[ScalingPoint, ...]
    fits: tuple[LawFit, ...]
    computes_beyond: int | None = None


def scaling_of_table(name: str, throughputs: Sequence[Throughput]) -> Scaling:
    """The laws fitted to a user's table; each of its rows is a point."""
    points = tuple(ScalingPoint(one.workers, Estimate(one.throughput, None, None)) for one in throughputs)
    return Scaling(name, None, None, points, tuple(fit_laws(throughputs)))


def scalings_of_run(summaries: Iterable[CaseSummary], cores: int | None = None) -> list[Scaling]:
    """One for each backend configuration of each subject, in the order of the summaries; `cores` are the usable ones.

    Each case is a point, so that the errors of the coefficients include what the law does not explain. Its throughput
    is its speedup times the throughput of the baseline: pairing removes most of the noise of the machine. Only without
    a baseline it is that of the case's own median time. Cases without a result are left out.
    """
    groups: dict[tuple[Subject, BackendConfig], list[CaseSummary]] = {}
    baselines: dict[Subject, CaseSummary] = {}
    for case in summaries:
        if case.is_baseline:
            baselines.setdefault(case.subject, case)
        else:
            groups.setdefault((case.subject, case.config), []).append(case)
    return [
        _scaling(subject, config, cases, baselines.get(subject), cores) for (subject, config), cases in groups.items()
    ]


def _scaling(
    subject: Subject,
    config: BackendConfig,
    cases: Sequence[CaseSummary],
    baseline: CaseSummary | None,
    cores: int | None,
) -> Scaling:
    known = [(case.workers, throughput) for case in cases if (throughput := _throughput(case, baseline))]
    points = tuple(ScalingPoint(workers, throughput) for workers, throughput in sorted(known, key=lambda one: one[0]))
    computes = cores and cases[0].bound == Bound.CPU and any(point.workers > cores for point in points)
    return Scaling(
        subject.workload,
        subject,
        config,
        points,
        tuple(fit_laws([Throughput(point.workers, point.throughput.point) for point in points])),
        cores if computes else None,
    )


def _throughput(case: CaseSummary, baseline: CaseSummary | None) -> Estimate | None:
    if not case.ok or not case.items:
        return None
    if baseline is not None:
        if case.speedup is None or not baseline.median_s or not baseline.items:
            return None
        return case.speedup.over(baseline.median_s / baseline.items)
    if not case.median or not case.median.point:
        return None
    low, high = case.median.interval or (None, None)
    return Estimate(
        case.items / case.median.point, case.items / high if high else None, case.items / low if low else None
    )
