"""The summary of one case: everything known about it."""

from dataclasses import dataclass

from bench.analysis.estimate import Estimate
from bench.analysis.workload_metrics import Metric
from bench.schema import BASELINE, CaseId, ScalingKind, Status


@dataclass(frozen=True)
class CaseSummary(CaseId):
    """One case over all its trials: medians over the ok ones, in seconds and bytes; unknown is None.

    `trials` counts the ok ones, `failed` the others; if any failed, `status` and `reason` are those of the first, and
    there is no speedup. `median` is the median time; it has an interval from 6 trials on. `paired_rounds`
    is the number of trials that share cycles with one of the baseline, usually one per round, and `baseline_s` the
    baseline's median over these. `ceiling`, for CPU-bound cases, is the speedup that this machine
    gave as many independent busy processes in the same run. `ideal_speedup` is that of equal tasks;
    `critical_path_s`, for I/O-bound cases, is the time for the largest number of items per worker, each taking as long
    as in the baseline. Cold figures include the pool's start and stop; see `cold.ColdResult`. `outliers`,
    `slow_first_passes` and `contaminated` count ok trials; see `outliers.Steadiness`. `stopped` is the reason why its
    rounds ended under --precision, a `stopping.StopReason`. `cpu_s` is the CPU time of a timed pass, `switches` its
    context switches, both for the whole process tree. `metrics` are the workload's own.
    With weak `scaling`, a speedup is throughput over throughput, and there are no cold figures.
    """

    gil: str | None
    trials: int
    failed: int
    status: str
    reason: str | None
    items: int | None
    median: Estimate | None
    startup_s: float | None
    shutdown_s: float | None
    baseline_s: float | None
    speedup: Estimate | None
    paired_rounds: int
    deterministic: bool
    efficiency: Estimate | None
    parallelism: float | None
    peak_rss_bytes: int | None
    ceiling: Estimate | None = None
    efficiency_of_ceiling: float | None = None
    ideal_speedup: float | None = None
    critical_path_s: float | None = None
    cold_s: float | None = None
    cold_speedup: Estimate | None = None
    break_even_items: int | None = None
    outliers: int = 0
    slow_first_passes: int = 0
    contaminated: int = 0
    stopped: str | None = None
    cpu_s: float | None = None
    switches: int | None = None
    metrics: tuple[Metric, ...] = ()
    scaling: str = ScalingKind.STRONG

    @property
    def ok(self) -> bool:
        """Whether every trial is ok."""
        return self.status == Status.OK

    @property
    def median_s(self) -> float | None:
        """The median time in seconds, without its interval."""
        return None if self.median is None else self.median.point

    @property
    def speedup_or_zero(self) -> float:
        """The speedup to sort by; cases without one come last."""
        return 0.0 if self.speedup is None else self.speedup.point

    @property
    def is_baseline(self) -> bool:
        """Whether this is the baseline."""
        return self.backend == BASELINE
