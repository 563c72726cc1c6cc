"""A Dask cluster that exists: which of its workers take part, and what they are sent."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import dask
from distributed import Client

from bench.backends import _arrival
from bench.backends._base import Job
from bench.backends._dask_pool import DaskCrew, DaskMember
from bench.backends._dask_watch import Losses
from bench.backends._engine import BLAS_VARIABLES, blas_conflict
from bench.backends._shipment import Shipment, with_its_code
from bench.errors import TrialFailed
from bench.process.failure_reason import reason
from bench.schema import Status

CONNECT_S = 10.0
WAIT_S = 5.0  # for workers that are just being started
CLOSE_S = 2.0

CLIENT = {"distributed.admin.large-graph-warning-threshold": "1TiB"}


@contextmanager
def existing(job: Job, address: str, threads: int | None) -> Iterator[tuple[Client, Job, DaskCrew]]:
    """A client of the cluster, the job as its workers see it, and those that take part; only the client is closed.

    Raises TrialFailed.
    """
    with dask.config.set(CLIENT), _connected(address) as client:
        shipment = Shipment.of(job)
        members = _choose(client, job.workers, address, threads)
        _check_versions(client, members)
        located = [_send(client, member, shipment) for member in members]
        crew = DaskCrew(address, located, True, lambda lost: _why_lost(lost, len(members)))
        yield client, replace(job, source=shipment.source), crew


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise TrialFailed(Status.ERROR, f"cannot reach a Dask scheduler at {address}: {reason(error, '')}") from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=CLOSE_S)


def _choose(client: Client, asked: int, address: str, threads: int | None) -> list[DaskMember]:
    """As many workers as asked for, in the order of their addresses, so that a host's are used before another's."""
    deadline = time.monotonic() + WAIT_S
    while len(present := client.nthreads()) < asked and time.monotonic() < deadline:
        time.sleep(0.1)
    if len(present) < asked:
        raise TrialFailed(
            Status.ERROR,
            f"the cluster at {address} has {len(present)} workers, and {asked} were asked for: start more, or use "
            f"-w {len(present) or 'after starting some'}",
        )
    members = [DaskMember(one, present[one], "") for one in sorted(present, key=_place)[:asked]]
    for member in members:
        if threads is not None and member.threads != threads:
            raise TrialFailed(
                Status.ERROR,
                f"the worker {member.address} has {member.threads} threads, and threads_per_worker={threads} was asked "
                f"for: start the workers with --nthreads {threads}, or leave the option out",
            )
    return members


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port) if port.isdecimal() else 0


def _check_versions(client: Client, members: Sequence[DaskMember]) -> None:
    """Raise TrialFailed unless scheduler and workers have this Python's minor version and this Dask."""
    told = client.get_versions()
    ours = _versions(told["client"])
    others = {"the scheduler": told["scheduler"]}
    others |= {f"the worker {member.address}": told["workers"].get(member.address) for member in members}
    for who, versions in others.items():
        theirs = _versions(versions)
        for what, version in ours.items():
            if theirs[what] != version:
                raise TrialFailed(
                    Status.ERROR,
                    f"{who} has {what} {theirs[what]}, and the trial {version}: start the cluster with {what} "
                    f"{version}, or the trial with that of the cluster (--python)",
                )


def _versions(told: Mapping[str, Any] | None) -> dict[str, str]:
    """The versions that must be the same, of what Dask tells about a process."""
    packages = (told or {}).get("packages") or {}
    python = str(packages.get("python") or "unknown")
    return {
        "Python": ".".join(python.split(".")[:2]),
        "distributed": str(packages.get("distributed") or "unknown"),
    }


def _send(client: Client, member: DaskMember, shipment: Shipment) -> DaskMember:
    """Send a worker what it lacks, and check that it is as the trial is. Raises TrialFailed."""
    answer = _deliver(client, member.address, shipment, {})
    if answer["lacks"]:
        answer = _deliver(client, member.address, shipment, shipment.archives(answer["lacks"]))
    if answer["lacks"]:
        raise TrialFailed(Status.ERROR, f"the worker {member.address} could not keep what it was sent")
    if conflict := answer["conflict"]:
        raise TrialFailed(
            Status.ERROR,
            f"the worker {member.address} has loaded concurrency-bench {conflict}, and the trial "
            f"{shipment.version}: restart the worker without it, or with the same version",
        )
    if answer["has_numpy"] and (conflict := blas_conflict(answer["environment"], os.environ)):
        raise TrialFailed(Status.ERROR, f"the worker {member.address} has {conflict}")
    return replace(member, location=shipment.location(answer["files"]))


def _deliver(client: Client, address: str, shipment: Shipment, archives: Mapping[str, bytes]) -> dict[str, Any]:
    at_worker = with_its_code(_arrival, "arrive_at_dask")
    answers = client.run(at_worker, shipment.delivery, archives, BLAS_VARIABLES, workers=[address])
    answer: dict[str, Any] = answers[address]
    return answer


def _why_lost(lost: Losses, members: int) -> TrialFailed:
    """What the loss of workers means for the pass: the engine may finish it, but with fewer workers."""
    first, *others = sorted(lost.tasks)
    more = f" and {len(others)} more" if others else ""
    tasks = sum(lost.tasks.values())
    rerun = f", and Dask runs {tasks} of its tasks again on others" if tasks else ""
    return TrialFailed(
        Status.CRASHED,
        f"the worker {first}{more} of {members} was lost{rerun}: this pass has not had {members} workers",
    )
