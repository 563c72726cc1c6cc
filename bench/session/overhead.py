"""Measure what each backend costs, and summarise it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.analysis.overhead import OverheadMeasurements, OverheadSummary, summarise_overhead
from bench.errors import TrialFailed, UsageError
from bench.machine import host
from bench.measure import overhead_batches
from bench.measure.matrix import ChosenBackend
from bench.measure.overhead import (
    FEW,
    MORE,
    BackendOverhead,
    Footprint,
    OverheadMeter,
    case_of,
    least_workers,
    repetitions,
)
from bench.schema import BASELINE, MIN_ROUNDS, Case, Interpreter


@dataclass(frozen=True)
class OverheadLimits:
    """How long to measure: repetitions until the seconds are over, at least enough for an interval."""

    max_time_s: float
    repetitions: int = MIN_ROUNDS


@dataclass(frozen=True)
class MeasuredOverhead:
    """The costs of each backend, the baseline first, and why others have none."""

    summaries: Sequence[OverheadSummary]
    failed: Mapping[str, TrialFailed]


def measure_overhead(
    backends: Sequence[ChosenBackend],
    interpreter: Interpreter,
    workers: int,
    limits: OverheadLimits,
    step: Callable[[str], None],
) -> MeasuredOverhead:
    """The costs of each backend. Raises UsageError, NoTemporaryFolder, and TrialFailed if the baseline fails."""
    cases = [_case(backend, interpreter, workers) for backend in backends]
    if cases[0].backend != BASELINE:
        raise UsageError("the overhead is what a backend takes beyond the baseline, which is missing")
    meter, deadline = OverheadMeter(cases, step), time.monotonic() + limits.max_time_s
    measured: list[dict[Case, BackendOverhead]] = []
    try:
        measured.extend(repetitions(meter, limits.repetitions, lambda: time.monotonic() > deadline))
    except KeyboardInterrupt:
        if not measured:
            raise
        step("interrupted: the table shows the repetitions until then")
    ok = [case for case in cases if case not in meter.failed]
    return MeasuredOverhead(
        [summarise_overhead(_measurements(case, measured)) for case in ok],
        {case.backend: error for case, error in meter.failed.items()},
    )


def why_unfit(backend: ChosenBackend, workers: int) -> str | None:
    """Why a backend cannot have this number of workers; None if it can."""
    if not backend.unfit((workers,)):
        return None
    return f"each={backend.options['each']} does not divide {workers} workers"


def _case(backend: ChosenBackend, interpreter: Interpreter, workers: int) -> Case:
    (count,) = backend.cls.worker_counts((workers,))
    return case_of(backend.cls.name, backend.cls.resolve(backend.options, interpreter), count, interpreter)


def _measurements(case: Case, measured: Sequence[dict[Case, BackendOverhead]]) -> OverheadMeasurements:
    own = [repetition[case] for repetition in measured]
    seconds = np.array([one.seconds for one in own])
    pairs = [(one.few, one.more) for one in own if one.few and one.more]
    return OverheadMeasurements(
        backend=case.backend,
        options=case.id.options,
        workers=case.workers,
        cores=min(case.workers, host.usable_cores()),
        empty_items=overhead_batches.EMPTY_ITEMS,
        payload_items=overhead_batches.PAYLOADS,
        payload_bytes=overhead_batches.PAYLOAD_BYTES,
        computing_items=[len(overhead_batches.computing(each)) for each in overhead_batches.ITERATIONS],
        empty_s=seconds[:, 0],
        payload_s=seconds[:, 1],
        computing_s=seconds[:, 2:],
        baseline_s=np.array([one.baseline_seconds for one in own])[:, 2:],
        worker_start_s=_per_worker(case, pairs, lambda one: one.startup_s),
        worker_private_bytes=_per_worker(case, pairs, lambda one: one.private_bytes),
        worker_shared_bytes=_per_worker(case, pairs, lambda one: one.shared_bytes),
    )


def _per_worker(
    case: Case, pairs: Sequence[tuple[Footprint, Footprint]], figure: Callable[[Footprint], float | None]
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """What one more worker adds to a figure; NaN where it is unknown."""
    added = (MORE - FEW) * least_workers(case)
    known = [(figure(few), figure(more)) for few, more in pairs]
    return np.array([np.nan if few is None or more is None else (more - few) / added for few, more in known])
