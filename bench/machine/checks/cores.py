"""How many cores a measurement has: by affinity, by quota, and by how many of them are whole."""

from pathlib import Path

from bench.machine import host
from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation
from bench.machine.host import PROC, SYSFS, hypervisor_flag


def findings(observation: Observation) -> list[Finding]:
    """How many cores may be used, and whether they share physical cores."""
    return [usable_cores(observation.allowed), siblings(observation.allowed)]


def usable_cores(allowed: frozenset[int] | None, proc: Path = PROC, sysfs: Path = SYSFS) -> Finding:
    """The cores that affinity and quota leave, of those that the machine has."""
    membership = proc / "self/cgroup"
    online = host.online_cores(sysfs / "devices/system/cpu")
    if allowed is None or online is None:
        return Finding("cores", Level.UNKNOWN, "the system does not tell which cores may be used")
    quota = host.quota_cores(membership, sysfs / "fs/cgroup")
    of = f"of {len(online)} logical cores"
    if quota is not None and quota < len(allowed):
        advice = "a quota halts every worker for a part of each period: allow whole cores (docker --cpuset-cpus)"
        found = f"{quota:g} {of} by cgroup quota; affinity allows {len(allowed)}"
        return Finding("cores", Level.WARNING, found, advice)
    found = f"{len(allowed)} {of} by affinity; " + ("no cgroup quota" if quota is None else f"quota {quota:g}")
    if len(allowed) == 1:
        return Finding("cores", Level.WARNING, found, "nothing can compute in parallel on one core: allow more")
    if host.text_of(membership) is None:
        found = f"{len(allowed)} {of} by affinity; whether there is a quota cannot be read"
        return Finding("cores", Level.UNKNOWN, found)
    if len(allowed) < len(online):
        advice = "well where it is meant; otherwise look for taskset, a cpuset or the container's settings"
        return Finding("cores", Level.NOTE, found, advice)
    return Finding("cores", Level.GOOD, found)


def siblings(allowed: frozenset[int] | None, proc: Path = PROC, sysfs: Path = SYSFS) -> Finding:
    """Usable cores that are threads of the same physical core."""
    told = host.thread_siblings(sysfs / "devices/system/cpu")
    if allowed is None or not allowed <= frozenset().union(*told):
        return Finding("smt", Level.UNKNOWN, "which cores are threads of the same physical core is not told")
    usable = sorted(sorted(group & allowed) for group in told if group & allowed)
    shared = [group for group in usable if len(group) > 1]
    if shared:
        groups = ", ".join("+".join(map(str, group)) for group in shared)
        whole = ",".join(str(group[0]) for group in usable)
        found = f"{len(allowed)} usable cores are threads of {len(usable)} physical ones: {groups}"
        advice = f"two busy threads of a core are slower than two cores; for whole cores: taskset -c {whole} bench run"
        return Finding("smt", Level.NOTE, found, advice)
    if hypervisor_flag(proc) is False:
        return Finding("smt", Level.GOOD, "each usable core is a physical core of its own")
    advice = "ask whoever runs the host; a speedup that stops at half the cores is a sign of it"
    return Finding("smt", Level.UNKNOWN, "no siblings are shown, but a virtual machine may hide them", advice)
