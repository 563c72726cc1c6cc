"""What a pass costs: CPU time, context switches and memory of the whole process tree, and what other programs took.

All of it is read from /proc before and after the pass, never during it. Where there is no /proc, it stays unknown.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from bench.measure.trial.memory import numbers_of, peak_bytes, reset_peak

PROC = Path("/proc")
SHORTEST_S = 0.001  # of a shorter pass, the readings themselves would be most of the CPU time
MEMORY_SHARE = 0.02  # of a pass that reading the memory after it may take, to be read after every pass
FEWEST_TICKS = 20  # /proc/stat counts in ticks of 10 ms: over fewer of them, a share of the cores is a guess


@dataclass(frozen=True)
class Usage:
    """Resources of one pass. CPU in seconds, memory in bytes, foreign_cpu as a share of the usable cores, 0 to 1."""

    cpu_user_s: float | None = None
    cpu_system_s: float | None = None
    foreign_cpu: float | None = None
    peak_rss_bytes: int | None = None
    switches_voluntary: int | None = None
    switches_involuntary: int | None = None


@dataclass(frozen=True)
class Reading:
    """Counters of a process tree, reaped children included."""

    user_s: float = 0.0
    system_s: float = 0.0
    voluntary: int = 0
    involuntary: int = 0

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


class Meter:
    """Reads the counters of this process tree before and after each pass of a trial.

    Memory is read for the first pass, and for later ones if that took little time in comparison with the pass: it
    hardly differs between them, and the kernel has to walk all pages of every process.
    """

    def __init__(self, known: bool = True) -> None:
        """Without `known`, the work is done by processes that are not in this tree: nothing is read."""
        self._known = known and sys.platform == "linux" and (PROC / "self/stat").exists()
        self._reads_memory = True

    def begin(self) -> None:
        """Call just before the clock starts."""
        if self._known:
            pids = list(tree(os.getpid()))
            if self._reads_memory:
                for pid in pids:
                    reset_peak(PROC / str(pid))
            self._others = _others(pids)
            self._machine = _machine_busy_s()
            self._own = _own()

    def end(self, elapsed_s: float) -> Usage:
        """Call just after the clock stops."""
        if not self._known:
            return Usage()
        own, machine = _own(), _machine_busy_s()
        pids = list(tree(os.getpid()))
        after, before = own + _others(pids), self._own + self._others
        user, system = max(after.user_s - before.user_s, 0.0), max(after.system_s - before.system_s, 0.0)
        long_enough = elapsed_s >= SHORTEST_S
        return Usage(
            cpu_user_s=user if long_enough else None,
            cpu_system_s=system if long_enough else None,
            foreign_cpu=_foreign(machine - self._machine, user + system, elapsed_s),
            peak_rss_bytes=self._peak_bytes(pids, elapsed_s) if self._reads_memory else None,
            switches_voluntary=max(after.voluntary - before.voluntary, 0),
            switches_involuntary=max(after.involuntary - before.involuntary, 0),
        )

    def _peak_bytes(self, pids: Iterable[int], elapsed_s: float) -> int:
        began = time.perf_counter()
        total = sum(peak_bytes(PROC / str(pid)) for pid in pids)
        self._reads_memory = time.perf_counter() - began < MEMORY_SHARE * elapsed_s
        return total


def tree(root: int) -> Iterator[int]:
    """A process and all of its living descendants."""
    children = _listed_children if (PROC / f"{root}/task/{root}/children").exists() else _found_children()
    pending = [root]
    while pending:
        pid = pending.pop()
        yield pid
        pending += children(pid)


def _listed_children(pid: int) -> list[int]:
    """The children of a process, as the kernel lists them for each of its threads."""
    children: list[int] = []
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            children += map(int, (task / "children").read_text().split())
    return children


def _found_children() -> Callable[[int], list[int]]:
    """The same for a kernel without these lists (CONFIG_PROC_CHILDREN): it takes a look at every process."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    return lambda pid: children.get(pid, [])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command name; none if the process is gone."""
    with suppress(OSError):
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return []


def _own() -> Reading:
    own, reaped = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return Reading(
        own.ru_utime + reaped.ru_utime,
        own.ru_stime + reaped.ru_stime,
        own.ru_nvcsw + reaped.ru_nvcsw,
        own.ru_nivcsw + reaped.ru_nivcsw,
    )


def _others(pids: list[int]) -> Reading:
    return sum((_other(pid) for pid in pids if pid != os.getpid()), Reading())


def _other(pid: int) -> Reading:
    """Another process: its CPU clock is exact, its ticks give the split into user and system."""
    stat = _stat(pid)
    if not stat:
        return Reading()
    user, system, reaped_user, reaped_system = (int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in stat[11:15])
    total = cpu_clock_s(pid)
    if total is not None:
        share = user / (user + system) if user + system else 1.0
        user, system = total * share, total * (1 - share)
    return Reading(user + reaped_user, system + reaped_system, *_switches(pid))


def cpu_clock_s(pid: int) -> float | None:
    """CPU time of a process in seconds, by the clock id that clock_getcpuclockid(3) gives for it on Linux."""
    with suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)
    return None


def _switches(pid: int) -> tuple[int, int]:
    voluntary = involuntary = 0
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            status = numbers_of(task)
            voluntary += status.get("voluntary_ctxt_switches", 0)
            involuntary += status.get("nonvoluntary_ctxt_switches", 0)
    return voluntary, involuntary


def _machine_busy_s() -> float:
    """CPU seconds used on the usable cores by all programs since the machine booted."""
    usable = {f"cpu{core}" for core in os.sched_getaffinity(0)}
    ticks = 0
    for line in (PROC / "stat").read_text().splitlines():
        name, *counts = line.split()
        if name in usable:
            user, nice, system, _idle, _iowait, irq, softirq = map(int, counts[:7])
            ticks += user + nice + system + irq + softirq
    return ticks / os.sysconf("SC_CLK_TCK")


def _foreign(busy_s: float, own_s: float, elapsed_s: float) -> float | None:
    available = elapsed_s * len(os.sched_getaffinity(0))
    if available * os.sysconf("SC_CLK_TCK") < FEWEST_TICKS:
        return None
    return min(max(busy_s - own_s, 0.0) / available, 1.0)
