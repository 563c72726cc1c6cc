"""A Ray cluster of the trial's own, on this machine's loopback interface, with its files in the trial's folder."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from bench.backends._base import Job
from bench.errors import TrialFailed
from bench.schema import Status

if TYPE_CHECKING:
    from bench.backends._ray_pool import RayCrew

SETTINGS = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # listen on the loopback interface alone, as Ray does on these systems
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),  # Ray would keep one of its own in the home folder
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # what will be the default
}
"""What Ray reads while it is imported, and hands to its processes."""


@contextmanager
def embedded(job: Job) -> Iterator[tuple[Job, "RayCrew"]]:
    """The job, and the actors of a new cluster, which is stopped on exit. Raises TrialFailed."""
    with patch.dict(os.environ, SETTINGS), _short_name_of(tempfile.gettempdir()) as folder:
        import ray  # only now, since it reads the settings

        from bench.backends import _ray_worker
        from bench.backends._engine import packed
        from bench.backends._ray_pool import RayCrew, answers, host_class
        from bench.backends._shipment import PACKAGE

        try:
            ray.init(
                address="local",
                num_cpus=job.workers,
                num_gpus=0,
                include_dashboard=False,
                log_to_driver=False,
                configure_logging=False,
                _temp_dir=folder,
            )
        except OSError as error:
            if "AF_UNIX" not in str(error):
                raise
            reason = f"the path of {folder} is too long for Ray's sockets: set TMPDIR to a folder with a shorter one"
            raise TrialFailed(Status.ERROR, reason) from error
        try:
            actors = [host_class().remote(str(PACKAGE)) for _ in range(job.workers)]
            answers([actor.call.remote(packed(_ray_worker.print_to, os.getpid())) for actor in actors])
            yield job, RayCrew(actors, [job.source.path] * job.workers, embedded=True)
        finally:
            ray.shutdown()


@contextmanager
def _short_name_of(folder: str) -> Iterator[str]:
    """Another name of the folder, while it is open here: the path of a socket has at most 107 characters on Linux.

    Where there is no /proc, its own name.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        short = f"/proc/{os.getpid()}/fd/{descriptor}"
        yield short if Path(short).is_dir() else folder
    finally:
        os.close(descriptor)
