"""The child's side of a trial: set the workload up, start the pool, make the passes, check each, stop the pool."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter_ns

from bench.backends._base import Job, Pool
from bench.discovery import backend_in
from bench.errors import TrialFailed
from bench.loading import Source
from bench.trial import gil_cause, unawaited
from bench.trial.batch import Batch, set_up, stage
from bench.trial.latency import noting_is_cheap, percentiles
from bench.trial.messages import Channel, Failed, Finished, Measured, Ready, Request, Stopped
from bench.trial.meter import Meter

NS = 1e-9


def main(fd: str) -> None:
    """Measure the one case that the channel names, and say how it went."""
    gc.freeze()  # the harness's own objects, so that collections during a pass do not pay for them
    unawaited.watch()
    gil_cause.watch()
    channel = Channel(int(fd))
    request = channel.receive()
    assert isinstance(request, Request)
    try:
        with _telling(channel):
            measure(request, channel)
        channel.send(Finished())
    except TrialFailed:
        pass  # told


def measure(request: Request, channel: Channel) -> None:
    """All of a trial. Raises TrialFailed; what was measured before it has been sent."""
    source = Source(request.path, request.workload, request.params)
    with stage("loading", source.path):
        workload = source.build()
        backend = backend_in(request.backend)(**request.options)
    with set_up(workload, source.path) as env:
        job = Job(workload, source, env, request.workers)
        with stage("the pool", source.path):
            began = perf_counter_ns()
            with backend.pool(job) as pool:
                startup_s = (perf_counter_ns() - began) * NS
                channel.send(Ready(startup_s, pool.gil, gil_cause.cause()))
                with _telling(channel):  # now, since stopping the pool may hang after a failure
                    _make_passes(request, channel, Batch(job, pool), pool)
                began = perf_counter_ns()
            channel.send(Stopped((perf_counter_ns() - began) * NS))


@contextmanager
def _telling(channel: Channel) -> Iterator[None]:
    """Send why a trial failed; the launcher believes the first that it hears."""
    try:
        yield
    except TrialFailed as failure:
        channel.send(Failed(failure.status, failure.reason))
        raise


def _make_passes(request: Request, channel: Channel, batch: Batch, pool: Pool) -> None:
    note_latency = False
    for _ in range(request.warmups):
        note_latency = _warm_up(batch)
    for value in range(request.values):
        if value > 0:
            channel.receive()  # GoOn
        channel.send(_timed_pass(value, batch, pool, note_latency))


def _warm_up(batch: Batch) -> bool:
    """A pass that is checked but not reported; it shows whether latencies can be noted in the next ones."""
    items = batch.items()
    began = perf_counter_ns()
    results = batch.run(items)
    elapsed = perf_counter_ns() - began
    batch.check(items, results)
    return noting_is_cheap(elapsed, len(items))


def _timed_pass(value: int, batch: Batch, pool: Pool, note_latency: bool) -> Measured:
    items = batch.items()
    meter = Meter()
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    meter.begin()
    began = perf_counter_ns()
    results = batch.run(items, note_latency)
    elapsed_s = (perf_counter_ns() - began) * NS
    usage = meter.end(elapsed_s)
    latencies = pool.take_latencies()
    batch.check(items, results)
    return Measured(value, len(items), started_at, elapsed_s, **asdict(usage), **asdict(percentiles(latencies)))
