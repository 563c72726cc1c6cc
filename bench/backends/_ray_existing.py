"""A Ray cluster that exists: on which of its nodes the actors are, and what they are sent."""

import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from bench.backends import _ray_worker
from bench.backends._base import Job
from bench.backends._engine import packed
from bench.backends._ray_pool import RayCrew, answers, host_class
from bench.backends._shipment import PACKAGE, Shipment
from bench.errors import TrialFailed
from bench.process.failure_reason import one_line
from bench.schema import Status

CONNECT_S = 10.0


@contextmanager
def existing(job: Job, address: str) -> Iterator[tuple[Job, RayCrew]]:
    """The job as workers of the cluster see it, and actors on its nodes, which are ended on exit. Raises TrialFailed.

    They take no CPUs from the cluster's count, since only one of a group's trials works at a time.
    """
    with tempfile.TemporaryDirectory() as folder:
        shipment = Shipment.of(job)
        delivery = _write(shipment, Path(folder))
        with _connected(address, {"py_modules": [str(PACKAGE), str(delivery)]}):
            actors = [_actor_on(node) for node in _nodes(job.workers, address)]
            locate = packed(_ray_worker.locate, delivery.name, Path(job.source.path).name)
            locations = answers([actor.call.remote(locate) for actor in actors])
            try:
                yield replace(job, source=shipment.source), RayCrew(actors, locations, embedded=False)
            finally:
                for actor in actors:
                    with suppress(Exception):
                        ray.kill(actor)


@contextmanager
def _connected(address: str, runtime_env: Mapping[str, Any]) -> Iterator[None]:
    host, _, port = address.rpartition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()  # Ray would try for minutes
        ray.init(address=address, runtime_env=dict(runtime_env), log_to_driver=False, configure_logging=False)
    except Exception as error:
        detail = one_line(f"{type(error).__name__}: {error}", 400)
        raise TrialFailed(Status.ERROR, f"cannot use the Ray cluster at {address}: {detail}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _actor_on(node: str) -> Any:
    return host_class(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(None)


def _nodes(asked: int, address: str) -> Sequence[str]:
    """A node for each worker: those of a node are used, one for each of its CPUs, before those of another."""
    alive = [node for node in ray.nodes() if node["Alive"]]
    places = [
        node["NodeID"]
        for node in sorted(alive, key=lambda node: (node["NodeManagerAddress"], node["NodeID"]))
        for _ in range(int(node["Resources"].get("CPU", 0)))
    ]
    if len(places) < asked:
        raise TrialFailed(
            Status.ERROR,
            f"the cluster at {address} has {len(places)} CPUs, and {asked} workers were asked for: add nodes, or use "
            f"fewer workers (-w)",
        )
    return places[:asked]


def _write(shipment: Shipment, folder: Path) -> Path:
    """The workload's files in a folder that is named by what is in it, which Ray sends to each node once."""
    delivery = folder / f"bench_delivery_{shipment.delivery['files']}"
    for place, content in shipment.files.items():
        path = delivery / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return delivery
