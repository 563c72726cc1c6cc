"""A Dask cluster of the trial's own: the scheduler in its process, and a process per worker."""

import logging
import os
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any
from unittest.mock import patch

import dask
from distributed import Client, LocalCluster, Nanny

from bench.backends._base import Job
from bench.backends._dask_pool import DaskCrew, DaskMember
from bench.backends._dask_watch import Losses
from bench.errors import TrialFailed
from bench.process.failure_reason import describe_exit
from bench.schema import Status

HEARTBEAT_S = 10.0
EXIT_S = 2.0  # for a worker's process to be seen to have ended, once the scheduler has lost it

QUIET: Mapping[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,  # a task whose worker dies is not run again
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1h",
    "distributed.admin.system-monitor.interval": "1h",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.large-graph-warning-threshold": "1TiB",
}
"""What makes the cluster rest while other trials are measured, and never run an item twice."""


class _WatchedNanny(Nanny):  # type: ignore[misc]  # Dask may not be installed
    """Starts no other worker in place of one that has died, and knows how it ended."""

    exit_code: int | None = None

    async def _on_worker_exit(self, exitcode: int) -> None:
        self.exit_code = exitcode
        await self._unregister()


@contextmanager
def embedded(job: Job, threads: int) -> Iterator[tuple[Client, Job, DaskCrew]]:
    """A client of a new cluster, the job, and the workers; all of it is stopped on exit."""
    folder = tempfile.gettempdir()  # the trial's own
    with dask.config.set({**QUIET, "temporary-directory": folder}), _slow_heartbeats():
        cluster = LocalCluster(
            n_workers=job.workers,
            threads_per_worker=threads,
            processes=True,
            worker_class=_WatchedNanny,
            local_directory=folder,
            memory_limit=0,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        )
        nannies = {nanny.worker_address: nanny for nanny in cluster.workers.values()}
        members = [DaskMember(address, threads, job.source.path) for address in nannies]
        crew = DaskCrew(cluster.scheduler_address, members, False, lambda lost: _why_lost(lost, nannies))
        client = Client(cluster)
        try:
            yield client, job, crew
        except BaseException:
            for nanny in nannies.values():
                _kill(nanny)
            raise
        finally:
            client.close()
            cluster.close()


def _slow_heartbeats() -> AbstractContextManager[object]:
    """Let workers report to the scheduler every few seconds: by default twice per second, which keeps both busy."""
    return patch("distributed.scheduler.heartbeat_interval", lambda workers: HEARTBEAT_S, create=True)


def _kill(nanny: Nanny) -> None:
    """Kill a worker that may not answer."""
    if nanny.pid and nanny.exit_code is None:
        with suppress(ProcessLookupError):
            os.kill(nanny.pid, signal.SIGKILL)


def _why_lost(lost: Losses, nannies: Mapping[str, _WatchedNanny]) -> TrialFailed:
    """How the processes of lost workers ended."""
    deadline = time.monotonic() + EXIT_S
    gone = [nanny for address, nanny in nannies.items() if address in lost.tasks] or list(nannies.values())
    while all(nanny.exit_code is None for nanny in gone) and time.monotonic() < deadline:
        time.sleep(0.01)
    codes = [nanny.exit_code for nanny in gone if nanny.exit_code is not None]
    if not codes:
        return TrialFailed(
            Status.ERROR, "lost contact with a worker process: its code may have closed files that it had not opened"
        )
    return TrialFailed(Status.CRASHED, f"a worker process {describe_exit(codes[0])}")
