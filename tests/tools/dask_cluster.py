"""A Dask cluster on one or two hosts, and what a run says if something happens to it in a pass.

`python -m tests.tools.dask_cluster --hosts 2 --other-python PATH` prints the rows of each run. Two hosts are network
namespaces that a cable connects; that needs root, or user namespaces. Nothing of it is left behind.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.clustered_workload import write_clustered
from tests.support.dask_processes import DaskProcesses, wait_until

NEAR, FAR = "10.77.0.1", "10.77.0.2"
INSIDE = "DASK_CLUSTER_IN_NAMESPACE"

Prefix = Sequence[str]
"""What is put before a command, so that it runs on the other host."""


def main() -> None:
    """Run all scenarios, each with a cluster of its own, and print their rows."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--hosts", type=int, choices=(1, 2), default=1)
    parser.add_argument("--other-python", help="an interpreter of another version with the same distributed")
    parser.add_argument("--only", choices=SCENARIOS, nargs="*", default=list(SCENARIOS))
    arguments = parser.parse_args()
    if arguments.hosts == 2 and INSIDE not in os.environ:
        _enter_namespace()
    with _other_host() if arguments.hosts == 2 else _no_other_host() as (host, prefix):
        for name in arguments.only:
            if name == "another Python" and not arguments.other_python:
                continue
            with tempfile.TemporaryDirectory() as folder:
                _show(name, SCENARIOS[name](Scene(Path(folder), host, prefix, arguments.other_python)))


class Scene:
    """A cluster of three workers, of which the last two are on the other host, and a workload that none of them has."""

    def __init__(self, folder: Path, host: str, prefix: Prefix, other_python: str | None) -> None:
        self.folder = folder
        self.prefix = prefix
        self.other_python = other_python
        self.path = write_clustered(folder / "mine")
        (folder / "cluster").mkdir()
        self.cluster = DaskProcesses(folder / "cluster", host)

    @contextmanager
    def started(self) -> Iterator["Scene"]:
        """With its processes, which are ended on exit."""
        try:
            self.cluster.start_scheduler()
            for number in range(3):
                self.cluster.add_worker(prefix=self.prefix if number else ())
            yield self
        finally:
            self.cluster.stop()

    def run(self, *arguments: str, **parameters: object) -> list[dict[str, str]]:
        """The rows of a run on the cluster."""
        marker = self.folder / "done"
        chosen = [f"{name}={value}" for name, value in {"marker": marker, **parameters}.items()]
        command = [sys.executable, "-m", "bench", "run", str(self.path), "-b", f"dask:address={self.cluster.address}"]
        command += ["--rounds", "1", "--cycles", "2", "--no-baseline", *(arguments or ("-w", "3"))]
        command += [text for one in chosen for text in ("-p", one)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=300)
        if notes := [line for line in done.stdout.splitlines() if line.startswith("Note: dask")]:
            print("  ", notes[0])
        with (self.folder / "results/latest/samples.csv").open(newline="") as file:
            return list(csv.DictReader(file))


def _results(scene: Scene) -> list[dict[str, str]]:
    with scene.started():
        rows = scene.run("-w", "1,2,3")
        assert not [path for path in scene.cluster.folder.rglob("*") if path.name == scene.path.parent.name]
        return rows


def _worker_killed(scene: Scene) -> list[dict[str, str]]:
    with scene.started():
        return scene.run(victim=0)


def _far_worker_killed(scene: Scene) -> list[dict[str, str]]:
    with scene.started():
        return scene.run(victim=scene.cluster.workers[-1].pid)


def _scheduler_gone(scene: Scene) -> list[dict[str, str]]:
    with scene.started():
        assert scene.cluster.scheduler is not None
        return scene.run(victim=scene.cluster.scheduler.pid)


def _another_python(scene: Scene) -> list[dict[str, str]]:
    with scene.started():
        assert scene.other_python
        scene.cluster.add_worker(python=scene.other_python, prefix=scene.prefix)
        return scene.run("-w", "4")


def _too_few(scene: Scene) -> list[dict[str, str]]:
    with scene.started():
        return scene.run("-w", "4")


SCENARIOS: dict[str, Callable[[Scene], list[dict[str, str]]]] = {
    "results": _results,
    "worker killed in a pass": _worker_killed,
    "worker of the other host killed": _far_worker_killed,
    "scheduler gone in a pass": _scheduler_gone,
    "another Python": _another_python,
    "fewer workers than asked for": _too_few,
}


def _show(name: str, rows: list[dict[str, str]]) -> None:
    print(f"{name}:")
    for row in rows:
        print(f"   x{row['workers']}  {row['status']:8} {row['elapsed_s'] or '-':>12}  {row['reason']}", flush=True)


def _enter_namespace() -> None:
    """Start again in a network namespace of its own, which is gone when the last process in it ends."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *user, "--net", sys.executable, "-m", "tests.tools.dask_cluster", *sys.argv[1:]]
    os.execvpe(command[0], command, {**os.environ, INSIDE: "1"})


@contextmanager
def _other_host() -> Iterator[tuple[str, Prefix]]:
    """This host's address, and how to run a command on the other one, at the other end of a cable."""
    here = Path("/proc/self/ns/net").readlink()
    other = subprocess.Popen(["unshare", "--net", "sleep", "3600"])
    try:
        wait_until(lambda: Path(f"/proc/{other.pid}/ns/net").readlink() != here)
        there = ("nsenter", "--target", str(other.pid), "--net")
        for command in (
            "ip link set lo up",
            "ip link add near type veth peer name far",
            f"ip link set far netns {other.pid}",
            f"ip address add {NEAR}/24 dev near",
            "ip link set near up",
        ):
            subprocess.run(command.split(), check=True)
        for command in ("ip link set lo up", f"ip address add {FAR}/24 dev far", "ip link set far up"):
            subprocess.run([*there, *command.split()], check=True)
        yield NEAR, there
    finally:
        other.kill()
        other.wait()


@contextmanager
def _no_other_host() -> Iterator[tuple[str, Prefix]]:
    yield "127.0.0.1", ()


if __name__ == "__main__":
    main()
