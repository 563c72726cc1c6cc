"""Cost of the accounting in the timed pass: `python -m tests.tools.accounting_cost [SECONDS]`.

One warm pool makes pass after pass, in pairs: one as a trial times it, with the meter read before and after it and the
latencies recorded if that counts as cheap, the other with the clock alone; which comes first alternates. Printed is the
geometric mean of the ratios with / without, with its 95 % interval (Student's, of the logarithms), and beside it how
long the meter's readings take outside of the clock. SECONDS is the time for each line, 8 by default.
"""

import math
import sys
import time
from dataclasses import dataclass, field
from statistics import fmean, median, stdev

from bench.backends._base import Backend, Job, Pool
from bench.backends.processes import Multiprocessing
from bench.backends.sequential import Sequential
from bench.backends.threads import Threading
from bench.collect.loader import Source
from bench.measure.trial.batch import Batch, set_up
from bench.measure.trial.latency import recording_is_cheap
from bench.measure.trial.meter import Meter
from bench.schema import Value
from tests.support.paths import ROOT

FEWEST_PAIRS = 10
WORK: tuple[tuple[str, str, dict[str, Value]], ...] = (
    ("sqrt-sum", "sqrt_sum.py", {"tasks": 8, "n": 150_000}),
    ("http-delay", "http_delay.py", {"requests": 10, "delay": 0.01, "url": ""}),
)
WAYS: tuple[tuple[Backend, int], ...] = (
    (Sequential(), 1),
    (Threading(), 2),
    (Multiprocessing(start_method="fork", chunksize=1), 2),
)


@dataclass
class Times:
    """Times in seconds of pairs of passes, and of the meter's readings for each."""

    recorded: bool
    with_it: list[float] = field(default_factory=list)
    without: list[float] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)


def measure(source: Source, backend: Backend, workers: int, seconds: float) -> Times:
    """Time pairs of passes in one pool until the time is up."""
    workload = source.build()
    with set_up(workload, source.path) as env:
        job = Job(workload, source, env, workers)
        with backend.pool(job) as pool:
            batch = Batch(job, pool)
            warm_s = plain_s(batch)
            times = Times(recorded=recording_is_cheap(round(warm_s * 1e9), len(batch.items())))
            deadline = time.monotonic() + seconds
            while len(times.with_it) < FEWEST_PAIRS or time.monotonic() < deadline:
                if len(times.with_it) % 2:
                    times.without.append(plain_s(batch))
                accounted(batch, pool, times)
                if len(times.without) < len(times.with_it):
                    times.without.append(plain_s(batch))
    return times


def plain_s(batch: Batch) -> float:
    """A pass with nothing but the clock."""
    items = batch.items()
    began = time.perf_counter_ns()
    results = batch.run(items)
    elapsed_s = (time.perf_counter_ns() - began) * 1e-9
    batch.check(items, results)
    return elapsed_s


def accounted(batch: Batch, pool: Pool, times: Times) -> None:
    """A pass as a trial times it."""
    items = batch.items()
    meter = Meter()
    first = time.perf_counter_ns()
    meter.begin()
    began = time.perf_counter_ns()
    results = batch.run(items, times.recorded)
    ended = time.perf_counter_ns()
    meter.end((ended - began) * 1e-9)
    last = time.perf_counter_ns()
    pool.take_latencies()
    batch.check(items, results)
    times.with_it.append((ended - began) * 1e-9)
    times.readings.append((began - first + last - ended) * 1e-9)


def ratio(times: Times) -> tuple[float, float, float]:
    """The geometric mean of with / without, and its 95 % interval."""
    from scipy import stats  # after the pools: its threads must not be forked

    logs = [math.log(one / other) for one, other in zip(times.with_it, times.without, strict=True)]
    reach = float(stats.t.ppf(0.975, len(logs) - 1)) * stdev(logs) / math.sqrt(len(logs))
    return math.exp(fmean(logs)), math.exp(fmean(logs) - reach), math.exp(fmean(logs) + reach)


def main(seconds: float) -> None:
    times_of = {
        (name, backend.name): measure(Source(str(ROOT / "workloads" / file), name, params), backend, workers, seconds)
        for name, file, params in WORK
        for backend, workers in WAYS
    }
    for (name, backend_name), times in times_of.items():
        middle, low, high = ratio(times)
        print(
            f"{name:<11} {backend_name:<16} {middle:.4f} [{low:.4f}, {high:.4f}] of {median(times.without) * 1e3:4.0f} "
            f"ms, {len(times.with_it):3} pairs, latencies {'recorded' if times.recorded else 'not recorded'}; "
            f"outside {median(times.readings) * 1e3:.1f} ms"
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0)
