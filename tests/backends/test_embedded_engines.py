"""Embedded clusters: on this machine alone, and gone with their trial, however that ends."""

import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.backends._registry import backends, module_of
from bench.collect.parameters import parse_all
from bench.measure.trial.live_trials import LiveTrial, LiveTrials, run_trial
from bench.measure.trial.meter import tree
from bench.measure.trial.protocol import Request
from bench.measure.trial.trial_process import TimeLimit, TrialSettings
from bench.process.process_tree import carriers
from tests.support.backend_params import marks_of, this_interpreter
from tests.support.command import bench_started
from tests.support.dask_processes import wait_until
from tests.support.paths import WORKLOADS

ENGINES = [pytest.param(name, marks=marks_of(backends()[name])) for name in ("dask", "ray")]
LIMIT = TimeLimit(120)
LISTENING = "0A"
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}

pytestmark = [
    pytest.mark.parametrize("engine", ENGINES),
    pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs the /proc of Linux"),
]


class Surroundings:
    """Where a trial may leave something: its scratch folder, a home folder, and shared memory."""

    def __init__(self, folder: Path) -> None:
        self.scratch, self.home = folder / "s", folder / "home"
        self.scratch.mkdir()
        self.home.mkdir()
        self._shared = self._shared_memory()

    def settings(self, engine: str) -> TrialSettings:
        cls = backends()[engine]
        options = cls.resolve(parse_all({}, cls.known_options(), engine), this_interpreter())
        request = Request(str(WORKLOADS / "faults.py"), "fine", {}, module_of(cls), options, 2, warmups=1)
        return TrialSettings(sys.executable, request, {"HOME": str(self.home)}, self.scratch)

    def left(self) -> dict[str, list[str]]:
        """What is there and should not be."""
        found = {
            "processes": [str(pid) for pid in carriers(self.scratch)],
            "scratch": [path.name for path in self.scratch.iterdir()],
            "home": [str(path.relative_to(self.home)) for path in self.home.rglob("*")],
            "shared memory": [path.name for path in self._shared_memory() - self._shared],
        }
        return {place: names for place, names in found.items() if names}

    def _shared_memory(self) -> set[Path]:
        return {path for pattern in ("plasma*", "psm_*") for path in Path("/dev/shm").glob(pattern)}


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path)


@contextmanager
def waiting(settings: TrialSettings) -> Iterator[tuple[LiveTrial, int]]:
    """A trial that waits for its turn, and its process; it is killed on exit."""
    with LiveTrials() as alive:
        trial = alive.start(settings, LIMIT)
        assert trial.outcome.failed is None and trial.process is not None
        yield trial, trial.process._process.pid


def listening_at(pids: set[int]) -> set[str]:
    """The addresses at which processes listen for TCP connections."""
    inodes = set()
    for pid in pids:
        with suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    inodes.add(str(descriptor.readlink()))
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path("/proc/net", name).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and f"socket:[{fields[9]}]" in inodes:
                found.add(_address(fields[1].partition(":")[0]))
    return found


def _address(digits: str) -> str:
    """An address as /proc/net shows it: words of four bytes, each in the byte order of the machine."""
    words = [int(digits[place : place + 8], 16) for place in range(0, len(digits), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    return socket.inet_ntop(socket.AF_INET if len(words) == 1 else socket.AF_INET6, packed)


def test_trial_that_ends_leaves_nothing(engine: str, around: Surroundings) -> None:
    assert run_trial(around.settings(engine), LIMIT).failed is None
    assert around.left() == {}


def test_trial_that_is_killed_leaves_nothing(engine: str, around: Surroundings) -> None:
    with waiting(around.settings(engine)) as (_, pid):
        os.kill(pid, signal.SIGKILL)
    assert around.left() == {}


def test_cluster_listens_on_this_machine_alone_and_is_measured_as_a_whole(engine: str, around: Surroundings) -> None:
    with waiting(around.settings(engine)) as (trial, pid):
        pids = set(tree(pid)) | carriers(around.scratch)
        found = listening_at(pids)
        assert found and found <= LOOPBACK, "it has a scheduler at least"
        assert trial.processes >= 3, "the trial and two workers"
        assert pids == set(tree(pid)), "what all of them use is measured"


def test_run_that_is_killed_leaves_nothing(engine: str, around: Surroundings, tmp_path: Path) -> None:
    """The guard of the run ends the cluster, whose processes have sessions of their own."""
    arguments = ["run", str(WORKLOADS / "waits.py"), "-b", engine, "-w", "2", "--rounds", "100", "--no-baseline"]
    environment = {"TMPDIR": str(around.scratch), "HOME": str(around.home)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with bench_started(tmp_path, *arguments) as process:
            samples = tmp_path / "results"
            wait_until(lambda: any(path.stat().st_size > 1000 for path in samples.glob("*/samples.csv")))
            process.kill()
            process.wait()
    wait_until(lambda: around.left() == {})
