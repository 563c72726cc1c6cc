"""A Ray cluster of two nodes on this machine, in a process of its own with a folder and a home of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.backends._engine import BLAS_VARIABLES
from bench.process.process_tree import carriers, end_all

ENVIRONMENT = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # the loopback interface
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}

CLUSTER = """
import sys
from ray.cluster_utils import Cluster

cluster = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, "num_gpus": 0, "num_cpus": 1})
cluster.add_node(num_cpus=2)
print(cluster.address, flush=True)
sys.stdin.read()
"""


@contextmanager
def ray_processes(folder: Path) -> Iterator[str]:
    """The address of a cluster with three CPUs; all of its processes are ended on exit."""
    (folder / "ray").mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= ENVIRONMENT | dict.fromkeys(BLAS_VARIABLES, "1") | {"TMPDIR": str(folder), "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", CLUSTER],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, (folder / "log").read_text()
            yield address
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            end_all(lambda: carriers(folder))
