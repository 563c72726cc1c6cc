"""All that is known of one case, put together."""

from dataclasses import dataclass

from bench.schema import BASELINE, CaseId, Status


@dataclass(frozen=True)
class CaseSummary(CaseId):
    """One case over all its trials: medians over the ok ones, in seconds and bytes; unknown is None.

    `trials` counts the ok ones, `failed` the others; where any failed, `status` and `reason` are the first one's, and
    there is no speedup. `median_low` and `median_high` are the median time's 95 % interval, None with fewer than 6
    trials. `baseline_s` is the baseline's median over the rounds that the two were paired in. `ceiling` is the speedup
    that as many busy processes were measured to give in this run, for cases that compute, with its 95 % interval.
    `ideal_speedup` is that of equal tasks; `critical_path_s`, for cases that wait, the time that leaves: the most items
    that fall to one worker, each as long as in the plain loop. What is cold has the pool's start and stop in the time;
    see `cold.Cold`. `outliers` and the two after it count ok trials; see `steadiness.Steadiness`. `stopped` is what
    ended its rounds under --precision, one of `stopping.Stopped`. `cpu_s` is the CPU time of a timed pass, `switches`
    its context switches, of the whole process tree.
    """

    gil: str | None
    trials: int
    failed: int
    status: str
    reason: str | None
    items: int | None
    median_s: float | None
    median_low: float | None
    median_high: float | None
    startup_s: float | None
    shutdown_s: float | None
    baseline_s: float | None
    speedup: float | None
    speedup_low: float | None
    speedup_high: float | None
    paired_rounds: int
    deterministic: bool
    efficiency: float | None
    efficiency_low: float | None
    efficiency_high: float | None
    parallelism: float | None
    peak_rss_bytes: int | None
    ceiling: float | None = None
    ceiling_low: float | None = None
    ceiling_high: float | None = None
    efficiency_of_ceiling: float | None = None
    ideal_speedup: float | None = None
    critical_path_s: float | None = None
    cold_s: float | None = None
    cold_speedup: float | None = None
    cold_speedup_low: float | None = None
    cold_speedup_high: float | None = None
    break_even_items: int | None = None
    outliers: int = 0
    slow_first_passes: int = 0
    contaminated: int = 0
    stopped: str | None = None
    cpu_s: float | None = None
    switches: int | None = None

    @property
    def ok(self) -> bool:
        """Whether every trial went well."""
        return self.status == Status.OK

    @property
    def is_baseline(self) -> bool:
        """Whether this is the plain loop."""
        return self.backend == BASELINE
