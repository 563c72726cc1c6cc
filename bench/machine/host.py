"""Facts about this machine; those that the system does not report are None."""

import os
import platform
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PROC = Path("/proc")
SYSFS = Path("/sys")
CGROUPS = SYSFS / "fs/cgroup"
CPUS = SYSFS / "devices/system/cpu"
CPUFREQ = CPUS / "cpu0/cpufreq"


def usable_cores() -> int:
    """Whole cores that this process may use by affinity and by the cgroup's quota, at least 1."""
    quota = quota_cores()
    allowed = affinity_cores()
    return max(1, min(allowed, int(quota) if quota else allowed))


def affinity_cores() -> int:
    """Cores that the scheduler may put this process on."""
    allowed = allowed_cores()
    return len(allowed) if allowed else os.cpu_count() or 1


def allowed_cores() -> frozenset[int] | None:
    """The logical cores that the scheduler may put this process on; None if the system cannot say."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def online_cores(cpus: Path = CPUS) -> frozenset[int] | None:
    """The logical cores that are switched on, including those this process may not use."""
    return _core_numbers(text_of(cpus / "online"))


def quota_cores(cgroup_file: Path = PROC / "self/cgroup", mount: Path = CGROUPS) -> float | None:
    """The smallest CPU quota of this process's cgroup and its ancestors, in cores; None if there is none."""
    quotas: list[float] = []
    with suppress(OSError):
        for line in cgroup_file.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers == "":
                quotas += _quotas_up(mount, path, _quota_v2)
            elif "cpu" in controllers.split(","):
                for name in (controllers, "cpu"):
                    quotas += _quotas_up(mount / name, path, _quota_v1)
    return min(quotas, default=None)


def _quotas_up(mount: Path, path: str, read: Any) -> list[float]:
    """The quotas of a cgroup and of all its ancestors, up to the mount point."""
    folder = mount / path.lstrip("/")
    steps = [folder, *folder.parents]
    return [quota for step in steps[: steps.index(mount) + 1] if (quota := read(step)) is not None]


def _quota_v2(folder: Path) -> float | None:
    with suppress(OSError, ValueError):
        quota, period = (folder / "cpu.max").read_text().split()
        return int(quota) / int(period)
    return None


def _quota_v1(folder: Path) -> float | None:
    with suppress(OSError, ValueError):
        quota = int((folder / "cpu.cfs_quota_us").read_text())
        return quota / int((folder / "cpu.cfs_period_us").read_text()) if quota > 0 else None
    return None


def changeable() -> dict[str, Any]:
    """The facts that may change during a run."""
    return {
        "cores_usable": usable_cores(),
        "governor": text_of(CPUFREQ / "scaling_governor"),
        "turbo": turbo(),
        "load_1min": os.getloadavg()[0],
    }


def describe() -> dict[str, Any]:
    """The machine and its system, for environment.json."""
    return {
        "cpu_model": _cpu_model(),
        **changeable(),
        "cores_affinity": affinity_cores(),
        "cores_quota": quota_cores(),
        "cores_logical": os.cpu_count(),
        "cores_physical": len(thread_siblings()) or None,
        "memory_bytes": _memory_bytes(),
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "clock_resolution_s": time.get_clock_info("perf_counter").resolution,
    }


def _cpu_model() -> str | None:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or None


def thread_siblings(cpus: Path = CPUS) -> set[frozenset[int]]:
    """The logical cores of each physical core, from the kernel's lists; empty if it has none."""
    lists = (text_of(path) for path in cpus.glob("cpu[0-9]*/topology/thread_siblings_list"))
    return {numbers for text in lists if (numbers := _core_numbers(text))}


def _core_numbers(text: str | None) -> frozenset[int] | None:
    """The numbers in a kernel list: `0-2,8` contains four."""
    with suppress(ValueError):
        ranges = [part.partition("-") for part in (text or "").split(",")]
        return frozenset(core for low, _, high in ranges for core in range(int(low), int(high or low) + 1))
    return None


def hypervisor_flag(proc: Path = PROC) -> bool | None:
    """Whether the processor reports a hypervisor; None if it reports no flags, as on ARM."""
    for line in (text_of(proc / "cpuinfo") or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return "hypervisor" in value.split()
    return None


def _memory_bytes() -> int | None:
    with suppress(OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def turbo(cpus: Path = CPUS) -> bool | None:
    """Whether a core may run faster while others are idle."""
    no_turbo = text_of(cpus / "intel_pstate/no_turbo")
    if no_turbo is not None:
        return no_turbo == "0"
    boost = text_of(cpus / "cpufreq/boost")
    return None if boost is None else boost == "1"


def text_of(path: Path) -> str | None:
    """The text of a kernel file; None if it cannot be read."""
    with suppress(OSError):
        return path.read_text(errors="replace").strip()
    return None
