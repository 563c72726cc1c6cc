"""A Dask cluster of processes of its own, each in an empty folder: they know neither this package nor a workload."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.backends._engine import BLAS_VARIABLES

START_S = 60.0


@dataclass
class DaskProcesses:
    """The processes of a cluster below a folder; a `prefix` is put before a command, such as `ip netns exec`."""

    folder: Path
    host: str = "127.0.0.1"
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_scheduler(self, prefix: Sequence[str] = ()) -> None:
        """Start the scheduler, and wait for its address."""
        file = self.folder / "scheduler.json"
        arguments = ["--host", self.host, "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        self.scheduler = self._start("scheduler", "dask_scheduler", arguments, sys.executable, prefix)
        wait_until(file.exists)
        self.address = str(json.loads(file.read_text())["address"])

    def add_worker(
        self, python: str = sys.executable, arguments: Sequence[str] = (), prefix: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a worker with one thread and no nanny, and wait until the scheduler has it."""
        name = f"worker-{len(self.workers)}"
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name, "--local-directory", "."]
        process = self._start(name, "dask_worker", [self.address, *options, *arguments], python, prefix)
        self.workers.append(process)
        log = self.folder / name / "log"
        wait_until(lambda: "Registered to" in log.read_text(errors="replace"))
        return process

    def stop(self) -> None:
        """End all processes."""
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            process.kill()
            process.wait()

    def _start(
        self, name: str, module: str, arguments: Sequence[str], python: str, prefix: Sequence[str]
    ) -> subprocess.Popen[bytes]:
        folder = self.folder / name
        folder.mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= dict.fromkeys(BLAS_VARIABLES, "1") | {"TMPDIR": str(folder), "HOME": str(folder)}
        with (folder / "log").open("wb") as log:
            return subprocess.Popen(
                [*prefix, python, "-P", "-m", f"distributed.cli.{module}", *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def dask_processes(folder: Path, workers: int = 3) -> Iterator[DaskProcesses]:
    """A scheduler and workers on 127.0.0.1, ended on exit."""
    folder.mkdir()
    cluster = DaskProcesses(folder)
    try:
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.add_worker()
        yield cluster
    finally:
        cluster.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until it holds. Raises TimeoutError."""
    deadline = time.monotonic() + START_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {START_S:g} s")
        time.sleep(0.05)
