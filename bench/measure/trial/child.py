"""The child's side of a trial: set up the workload, start the pool, make and check the passes, stop the pool."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter_ns
from typing import Any

from bench.backends._base import Job, Pool
from bench.backends._registry import backend_in
from bench.collect.loader import Source
from bench.errors import TrialFailed
from bench.measure.trial.batch import Batch, make_items, set_up, stage
from bench.measure.trial.latency import percentiles, recording_is_cheap
from bench.measure.trial.meter import Meter
from bench.measure.trial.protocol import (
    Channel,
    Continue,
    Failed,
    Finished,
    Measured,
    Ready,
    Request,
    Stage,
    Stopped,
    Traced,
    WarmedUp,
)
from bench.process import runtime_warnings, stack_dump

NS = 1e-9
_WAITING = Stage("the wait for its turn")


def main(fd: str) -> None:
    """Measure the case that is requested over the channel, and report the outcome."""
    _spare_collections()
    stack_dump.enable()
    runtime_warnings.watch_unawaited()
    runtime_warnings.watch_gil()
    channel = Channel(int(fd))
    request = channel.receive()
    if not isinstance(request, Request):
        return  # the launcher is gone
    try:
        with _reporting(channel):
            measure(request, channel)
        channel.send(Finished())
    except TrialFailed:
        pass  # already reported
    except BaseException:
        if not channel.was_closed():
            raise
        with suppress(OSError):
            os.write(2, b"\nthe workload's code closed file descriptors that were not its own\n")
        os._exit(1)  # any other error it would report is a consequence


def _spare_collections() -> None:
    """Keep the harness's own objects out of the garbage collections during a pass.

    Not in a free-threaded build, where threads that use a frozen object, such as math.sqrt, contend for it: two threads
    of the workload sqrt-sum took as long as one under Python 3.13t, and half as long without.
    """
    if "t" not in sys.abiflags:
        gc.freeze()


def measure(request: Request, channel: Channel) -> None:
    """Run the whole trial. Raises TrialFailed; passes measured before that have been sent."""
    source = Source(request.path, request.workload, request.params)
    channel.send(Stage("the import of the file"))
    with stage("loading", source.path):
        workload = source.build()
        backend = backend_in(request.backend)(**request.options)
    channel.send(Stage("setup()"))
    with set_up(workload, source.path) as env:
        job = Job(workload, source, env, request.workers, request.repeat)
        items = _items_to_trace(job, channel) if request.trace else []
        channel.send(Stage("the pool's start"))
        with stage("the pool", source.path):
            began = perf_counter_ns()
            with backend.pool(job) as pool:
                startup_s = (perf_counter_ns() - began) * NS
                with _reporting(channel):  # now: stopping the pool may hang after a failure
                    channel.send(Stage("the measurement of what a task costs"))
                    channel.send(Ready(startup_s, pool.gil, runtime_warnings.gil_cause(), pool.task_cost_s()))
                    if request.trace:
                        channel.send(_traced_pass(items, Batch(job, pool), pool, began, channel))
                    else:
                        _make_passes(request, channel, Batch(job, pool), pool)
                channel.send(Stage("the pool's stop"))
                began = perf_counter_ns()
            channel.send(Stopped((perf_counter_ns() - began) * NS))
        channel.send(Stage("teardown"))


@contextmanager
def _reporting(channel: Channel) -> Iterator[None]:
    """Report why a trial failed; the launcher keeps the first reason."""
    try:
        yield
    except TrialFailed as failure:
        channel.send(Failed(failure.status, failure.reason))
        raise


def _make_passes(request: Request, channel: Channel, batch: Batch, pool: Pool) -> None:
    """Make the untimed passes, and then a timed one whenever it is this trial's turn."""
    pass_s, record_latency, meter = None, False, Meter(known=pool.in_own_tree)
    for _ in range(request.warmups):
        pass_s, record_latency = _warm_up(batch, channel)
    channel.send(_WAITING)
    channel.send(WarmedUp(pass_s))
    while isinstance(channel.receive(), Continue):
        measured = _timed_pass(batch, pool, meter, record_latency, channel)
        channel.send(_WAITING)  # first, since the launcher gives the turn to another trial as soon as it has the pass
        channel.send(measured)


def _warm_up(batch: Batch, channel: Channel) -> tuple[float, bool]:
    """Make an untimed pass; its seconds, and whether recording latencies would be cheap enough in the timed ones."""
    channel.send(Stage("items()"))
    items = batch.items()
    channel.send(Stage("the untimed pass"))
    began = perf_counter_ns()
    results = batch.run(items)
    elapsed = perf_counter_ns() - began
    channel.send(Stage("check()"))
    batch.check(items, results)
    return elapsed * NS, recording_is_cheap(elapsed, len(items))


def _timed_pass(batch: Batch, pool: Pool, meter: Meter, record_latency: bool, channel: Channel) -> Measured:
    channel.send(Stage("items()"))
    items = batch.items()
    channel.send(Stage("the timed pass"))
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    meter.begin()
    began = perf_counter_ns()
    results = batch.run(items, record_latency)
    elapsed_s = (perf_counter_ns() - began) * NS
    usage = meter.end(elapsed_s)
    channel.send(Stage("check()"))
    latencies = pool.take_latencies()
    batch.check(items, results)
    channel.send(Stage("compute_metrics()"))
    metrics = batch.metrics(items, results, elapsed_s)
    figures = {**asdict(usage), **asdict(percentiles(latencies))}
    return Measured(len(items), started_at, elapsed_s, **figures, metrics=metrics)


def _items_to_trace(job: Job, channel: Channel) -> list[Any]:
    """The batch of a traced pass, made before the pool starts, so that no worker is seen waiting for it."""
    channel.send(Stage("items()"))
    return make_items(job)


def _traced_pass(items: list[Any], batch: Batch, pool: Pool, pool_began: int, channel: Channel) -> Traced:
    """Make a first pass, as cold as in a program that has just started, and record every item."""
    channel.send(Stage("the traced pass"))
    results = batch.run(items, record_latency=True)
    channel.send(Stage("check()"))
    lanes = pool.take_lanes()
    batch.check(items, results)
    return Traced(
        [(lane.ready_ns - pool_began) * NS for lane in lanes],
        [[((began - pool_began) * NS, (ended - pool_began) * NS) for began, ended in lane.spans] for lane in lanes],
    )
