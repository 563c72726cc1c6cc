"""How many trials may be alive at once: what the machine has room for."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bench.measure.trial.live_trials import LiveTrial
from bench.schema import Case

MOST_TRIALS = 24
MOST_PROCESSES = 128
PROC = Path("/proc")
CGROUP = Path("/sys/fs/cgroup")


def has_room(alive: Sequence[LiveTrial], case: Case) -> bool:
    """Whether another trial may be started beside those alive.

    As large as the largest of them, it may take half of the memory that is available now.
    """
    processes = sum(trial.processes for trial in alive) + 1 + (case.workers if case.id.start_method else 0)
    largest = max((trial.memory_bytes for trial in alive), default=0)
    available = available_bytes()
    return len(alive) < MOST_TRIALS and processes <= MOST_PROCESSES and (available is None or largest <= available / 2)


def available_bytes(proc: Path = PROC, cgroup: Path = CGROUP) -> int | None:
    """Memory that can be used without swapping, by the system and by the control group's limit; None if unknown."""
    known = [number for number in (_available_in_system(proc), _available_in_group(cgroup)) if number is not None]
    return min(known, default=None)


def _available_in_system(proc: Path) -> int | None:
    with suppress(OSError, ValueError):
        for line in (proc / "meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _available_in_group(cgroup: Path) -> int | None:
    """The limit less what is used, apart from file caches that can be dropped."""
    with suppress(OSError, ValueError):
        limit, used = (int((cgroup / name).read_text()) for name in ("memory.max", "memory.current"))
        facts = dict(line.split() for line in (cgroup / "memory.stat").read_text().splitlines())
        return max(limit - used + int(facts.get("inactive_file", 0)), 0)
    return None
