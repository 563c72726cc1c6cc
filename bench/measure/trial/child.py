"""The child's side of a trial: set the workload up, start the pool, make the passes, check each, stop the pool."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter_ns

from bench.backends._base import Job, Pool
from bench.backends._registry import backend_in
from bench.collect.loader import Source
from bench.errors import TrialFailed
from bench.measure.trial.batch import Batch, set_up, stage
from bench.measure.trial.latency import noting_is_cheap, percentiles
from bench.measure.trial.meter import Meter
from bench.measure.trial.protocol import (
    Channel,
    Failed,
    Finished,
    GoOn,
    Measured,
    Ready,
    Request,
    Stage,
    Stopped,
    Traced,
)
from bench.process import runtime_warnings, stack_dump

NS = 1e-9


def main(fd: str) -> None:
    """Measure the one case that the channel names, and say how it went."""
    gc.freeze()  # the harness's own objects, so that collections during a pass do not pay for them
    stack_dump.tell()
    runtime_warnings.watch_unawaited()
    runtime_warnings.watch_gil()
    channel = Channel(int(fd))
    request = channel.receive()
    if not isinstance(request, Request):
        return  # the launcher is gone
    try:
        with _telling(channel):
            measure(request, channel)
        channel.send(Finished())
    except TrialFailed:
        pass  # told
    except BaseException:
        if not channel.was_closed():
            raise
        with suppress(OSError):
            os.write(2, b"\nthe workload's code closed file descriptors that were not its own\n")
        os._exit(1)  # whatever else it would say comes of that, too


def measure(request: Request, channel: Channel) -> None:
    """All of a trial. Raises TrialFailed; what was measured before it has been sent."""
    source = Source(request.path, request.workload, request.params)
    channel.send(Stage("the file's loading"))
    with stage("loading", source.path):
        workload = source.build()
        backend = backend_in(request.backend)(**request.options)
    channel.send(Stage("setup()"))
    with set_up(workload, source.path) as env:
        channel.send(Stage("the pool's start"))
        job = Job(workload, source, env, request.workers)
        with stage("the pool", source.path):
            began = perf_counter_ns()
            with backend.pool(job) as pool:
                startup_s = (perf_counter_ns() - began) * NS
                channel.send(Ready(startup_s, pool.gil, runtime_warnings.gil_cause()))
                with _telling(channel):  # now, since stopping the pool may hang after a failure
                    if request.trace:
                        channel.send(_traced_pass(Batch(job, pool), pool, began, channel))
                    else:
                        _make_passes(request, channel, Batch(job, pool), pool)
                channel.send(Stage("the pool's stop"))
                began = perf_counter_ns()
            channel.send(Stopped((perf_counter_ns() - began) * NS))
        channel.send(Stage("teardown"))


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
        note_latency = _warm_up(batch, channel)
    for value in range(request.values):
        if value > 0 and not isinstance(channel.receive(), GoOn):
            return  # the launcher is gone
        channel.send(_timed_pass(value, batch, pool, note_latency, channel))


def _warm_up(batch: Batch, channel: Channel) -> bool:
    """A pass that is checked but not reported; it shows whether latencies can be noted in the next ones."""
    channel.send(Stage("items()"))
    items = batch.items()
    channel.send(Stage("the untimed pass"))
    began = perf_counter_ns()
    results = batch.run(items)
    elapsed = perf_counter_ns() - began
    channel.send(Stage("check()"))
    batch.check(items, results)
    return noting_is_cheap(elapsed, len(items))


def _timed_pass(value: int, batch: Batch, pool: Pool, note_latency: bool, channel: Channel) -> Measured:
    channel.send(Stage("items()"))
    items = batch.items()
    channel.send(Stage("the timed pass"))
    meter = Meter()
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    meter.begin()
    began = perf_counter_ns()
    results = batch.run(items, note_latency)
    elapsed_s = (perf_counter_ns() - began) * NS
    usage = meter.end(elapsed_s)
    channel.send(Stage("check()"))
    latencies = pool.take_latencies()
    batch.check(items, results)
    return Measured(value, len(items), started_at, elapsed_s, **asdict(usage), **asdict(percentiles(latencies)))


def _traced_pass(batch: Batch, pool: Pool, pool_began: int, channel: Channel) -> Traced:
    """A first pass, cold as in a program that has just begun, of which every item is noted."""
    channel.send(Stage("items()"))
    items = batch.items()
    channel.send(Stage("the traced pass"))
    results = batch.run(items, note_latency=True)
    channel.send(Stage("check()"))
    lanes = pool.take_lanes()
    batch.check(items, results)
    return Traced(
        [(lane.ready_ns - pool_began) * NS for lane in lanes],
        [[((began - pool_began) * NS, (ended - pool_began) * NS) for began, ended in lane.spans] for lane in lanes],
    )
