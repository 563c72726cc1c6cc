"""The kernel's counters at one moment, and what every check is given: two such snapshots and the usable cores."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine.host import PROC, text_of

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class CoreTime:
    """How a core has spent its time since the machine started, in seconds."""

    busy_s: float
    idle_s: float
    stolen_s: float | None  # None if the kernel does not count it


@dataclass(frozen=True)
class Process:
    """A running program, identified by pid and start time, since pids are reused and names change."""

    pid: int
    started: str
    name: str = field(compare=False)


@dataclass(frozen=True)
class Snapshot:
    """The counters in /proc; one that the kernel does not provide is missing or None."""

    at_s: float
    cores: dict[int, CoreTime]
    cpu_s: dict[Process, float]
    swapped_in: int | None
    swapped_out: int | None

    def of_cores(self, cores: frozenset[int] | None) -> CoreTime | None:
        """The sum over these cores, or over all of them if `cores` is None; None if one is missing."""
        wanted = set(self.cores) if cores is None else cores
        if not wanted or not wanted <= set(self.cores):
            return None
        times = [self.cores[core] for core in wanted]
        stolen = [time.stolen_s for time in times if time.stolen_s is not None]
        return CoreTime(
            sum(time.busy_s for time in times),
            sum(time.idle_s for time in times),
            sum(stolen) if len(stolen) == len(times) else None,
        )


@dataclass(frozen=True)
class Observation:
    """What every check is given: the usable cores, and two snapshots some time apart.

    `self_test_s` is how long the self-test may take; None leaves it out.
    """

    allowed: frozenset[int] | None
    before: Snapshot
    after: Snapshot
    self_test_s: float | None = None


def take(proc: Path = PROC, clock: Callable[[], float] = time.monotonic) -> Snapshot:
    """Read all counters now."""
    paging = dict(line.split(maxsplit=1) for line in (text_of(proc / "vmstat") or "").splitlines() if " " in line)
    return Snapshot(
        at_s=clock(),
        cores=dict(_cores(text_of(proc / "stat") or "")),
        cpu_s=dict(_processes(proc)),
        swapped_in=int(paging["pswpin"]) if "pswpin" in paging else None,
        swapped_out=int(paging["pswpout"]) if "pswpout" in paging else None,
    )


def _cores(stat: str) -> Iterator[tuple[int, CoreTime]]:
    for line in stat.splitlines():
        name, *counts = line.split() or [""]
        number = name.removeprefix("cpu")
        if name != number and number.isdigit() and len(counts) >= 7:
            user, nice, system, idle, iowait, irq, softirq, *rest = (int(ticks) / TICKS_PER_S for ticks in counts)
            stolen = rest[0] if rest else None
            yield int(number), CoreTime(user + nice + system + irq + softirq, idle + iowait, stolen)


def _processes(proc: Path) -> Iterator[tuple[Process, float]]:
    with suppress(OSError):
        for folder in proc.iterdir():
            stat = text_of(folder / "stat") if folder.name.isdigit() else None
            if stat:
                head, _, tail = stat.rpartition(")")
                fields = tail.split()
                name = "".join(char if char.isprintable() else "?" for char in head.partition("(")[2])
                yield Process(int(folder.name), fields[19], name), (int(fields[11]) + int(fields[12])) / TICKS_PER_S
