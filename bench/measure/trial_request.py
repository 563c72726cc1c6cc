"""What a trial is asked to do for a case."""

from bench.backends._registry import backends, module_of
from bench.measure.plan import Effort
from bench.measure.trial.protocol import Request
from bench.schema import Case, ScalingKind


def timed_request(case: Case, effort: Effort) -> Request:
    """Make the warm-up passes of the plan, then timed passes as long as the trial gets turns."""
    return request_of(case, warmups=effort.warmups)


def traced_request(case: Case) -> Request:
    """Make one traced pass, cold as in a program that has just started."""
    return request_of(case, warmups=0, trace=True)


def request_of(case: Case, warmups: int, trace: bool = False, workers: int | None = None) -> Request:
    """The request for a trial of a case, or of the same case with another number of workers."""
    return Request(
        path=case.path,
        workload=case.workload,
        params=case.params,
        backend=module_of(backends()[case.backend]),
        options=case.options,
        workers=workers or case.workers,
        warmups=warmups,
        trace=trace,
        repeat=(workers or case.workers) if case.scaling is ScalingKind.WEAK else 1,
    )
