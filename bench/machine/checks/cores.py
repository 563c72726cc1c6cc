"""How many cores a measurement has: by affinity, by quota, and whether they share physical cores."""

from pathlib import Path

from bench.machine import host
from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation
from bench.machine.host import PROC, SYSFS, hypervisor_flag


def findings(observation: Observation) -> list[Finding]:
    """How many cores may be used, and whether they share physical cores."""
    return [usable_cores(observation.allowed), siblings(observation.allowed)]


def usable_cores(allowed: frozenset[int] | None, proc: Path = PROC, sysfs: Path = SYSFS) -> Finding:
    """How many of the machine's cores affinity and quota allow."""
    membership = proc / "self/cgroup"
    online = host.online_cores(sysfs / "devices/system/cpu")
    if allowed is None or online is None:
        return Finding("cores", Level.UNKNOWN, "the system does not report which cores may be used")
    quota = host.quota_cores(membership, sysfs / "fs/cgroup")
    of = f"of {len(online)} logical cores"
    if quota is not None and quota < len(allowed):
        advice = "a quota pauses every worker for part of each period: allow whole cores instead (docker --cpuset-cpus)"
        found = f"{quota:g} {of} by cgroup quota; affinity allows {len(allowed)}"
        return Finding("cores", Level.WARNING, found, advice)
    found = f"{len(allowed)} {of} by affinity; " + ("no cgroup quota" if quota is None else f"quota {quota:g}")
    if len(allowed) == 1:
        return Finding("cores", Level.WARNING, found, "nothing can compute in parallel on one core: allow more cores")
    if host.text_of(membership) is None:
        found = f"{len(allowed)} {of} by affinity; the cgroup quota cannot be read"
        return Finding("cores", Level.UNKNOWN, found)
    if len(allowed) < len(online):
        advice = "fine if intended; otherwise check for taskset, a cpuset or container settings"
        return Finding("cores", Level.NOTE, found, advice)
    return Finding("cores", Level.GOOD, found)


def siblings(allowed: frozenset[int] | None, proc: Path = PROC, sysfs: Path = SYSFS) -> Finding:
    """Whether usable cores are threads of the same physical core."""
    groups_of_threads = host.thread_siblings(sysfs / "devices/system/cpu")
    if allowed is None or not allowed <= frozenset().union(*groups_of_threads):
        return Finding("smt", Level.UNKNOWN, "the system does not report which cores share a physical core")
    usable = sorted(sorted(group & allowed) for group in groups_of_threads if group & allowed)
    shared = [group for group in usable if len(group) > 1]
    if shared:
        groups = ", ".join("+".join(map(str, group)) for group in shared)
        whole = ",".join(str(group[0]) for group in usable)
        found = f"{len(allowed)} usable cores are hardware threads of {len(usable)} physical cores: {groups}"
        advice = (
            f"two busy threads of one core are slower than two cores; to use whole cores: taskset -c {whole} bench run"
        )
        return Finding("smt", Level.NOTE, found, advice)
    if hypervisor_flag(proc) is False:
        return Finding("smt", Level.GOOD, "each usable core is a physical core of its own")
    advice = "ask the administrator of the host; a speedup that stops growing at half the cores suggests it"
    found = "no physical cores are listed as shared, but a virtual machine may hide this"
    return Finding("smt", Level.UNKNOWN, found, advice)
