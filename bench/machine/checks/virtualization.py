"""Whether this is a virtual machine or a container, by the signs that systemd-detect-virt goes by as well."""

import re
from contextlib import suppress
from pathlib import Path

from bench.machine.checks._finding import Finding, Level
from bench.machine.checks._snapshot import Observation
from bench.machine.host import PROC, SYSFS, hypervisor_flag, text_of

ROOT = Path("/")
DMI_FIELDS = ("product_name", "sys_vendor", "board_vendor", "bios_vendor")
PRODUCTS = {
    "KVM": "KVM",
    "QEMU": "QEMU",
    "OpenStack": "OpenStack",
    "KubeVirt": "KubeVirt",
    "Amazon EC2": "Amazon EC2",
    "Google Compute Engine": "Google Compute Engine",
    "VMware": "VMware",
    "VMW": "VMware",
    "VirtualBox": "VirtualBox",
    "innotek GmbH": "VirtualBox",
    "Xen": "Xen",
    "Bochs": "Bochs",
    "Parallels": "Parallels",
    "BHYVE": "bhyve",
    "Virtual Machine": "Hyper-V",
    "Hyper-V": "Hyper-V",
    "Apple Virtualization": "Apple Virtualization",
}
CLOCKS = {"kvm-clock": "KVM", "hyperv_clocksource": "Hyper-V", "xen": "Xen"}
IN_CGROUP = re.compile(r"docker|kubepods|containerd|libpod|podman|lxc|buildkit")
FIRST_PID_NAMESPACE = "pid:[4026531836]"  # the kernel gives the namespace it starts with this number


def findings(observation: Observation) -> list[Finding]:
    """Whether this is a virtual machine, and whether it is a container."""
    return [virtual_machine(), container()]


def virtual_machine(proc: Path = PROC, sysfs: Path = SYSFS) -> Finding:
    """Whether a hypervisor lies below: the processor's word where it has one, else the names that firmware shows."""
    flag, name = hypervisor_flag(proc), _product(proc, sysfs)
    if flag or (flag is None and name):
        found = f"yes, {name}" if name else "yes, of a kind that is not told"
        advice = "other machines on its host may slow it unseen: take more rounds, or dedicated cores"
        return Finding("virtual machine", Level.NOTE, found, advice)
    if flag is None:
        return Finding("virtual machine", Level.UNKNOWN, "neither processor nor firmware tells")
    return Finding("virtual machine", Level.GOOD, "no, the processor knows of no hypervisor")


def _product(proc: Path, sysfs: Path) -> str | None:
    if "microsoft" in (text_of(proc / "sys/kernel/osrelease") or "").lower():
        return "WSL"
    firmware = [text_of(sysfs / "class/dmi/id" / field) or "" for field in DMI_FIELDS]
    named = [product for text in firmware for start, product in PRODUCTS.items() if text.startswith(start)]
    clocks = (text_of(sysfs / "devices/system/clocksource/clocksource0/available_clocksource") or "").split()
    named += [product for clock in clocks for start, product in CLOCKS.items() if clock.startswith(start)]
    kind = text_of(sysfs / "hypervisor/type") or text_of(proc / "device-tree/hypervisor/compatible")
    return next(iter(named), (kind or "").strip("\0") or None)


def container(proc: Path = PROC, root: Path = ROOT) -> Finding:
    """Whether the programs outside of this one's surroundings are out of sight."""
    signs = _signs(proc, root)
    namespace = _pid_namespace(proc)
    if signs and namespace == FIRST_PID_NAMESPACE:
        found = f"signs of one ({', '.join(signs)}), but process numbers are the machine's own"
        return Finding("container", Level.NOTE, found)
    if signs or namespace not in (None, FIRST_PID_NAMESPACE):
        found = f"yes, by {', '.join(signs)}" if signs else "yes, by a process namespace of its own"
        advice = "who is busy outside cannot be seen from here: ask on its host"
        return Finding("container", Level.NOTE, found, advice)
    if namespace is None:
        return Finding("container", Level.UNKNOWN, f"no sign of one, but {proc}/self/ns/pid cannot be read")
    return Finding("container", Level.GOOD, "no sign of one; process numbers are the machine's own")


def _signs(proc: Path, root: Path) -> list[str]:
    """What a container's engine leaves inside of it."""
    signs = [f"/{name}" for name in (".dockerenv", "run/.containerenv") if (root / name).exists()]
    manager = text_of(root / "run/systemd/container")
    signs += [f"/run/systemd/container ({manager})"] * bool(manager)
    variables = (text_of(proc / "1/environ") or "").split("\0")
    signs += [f"{name} in the environment of process 1" for name in variables if name.startswith("container=")]
    groups = (text_of(proc / "1/cgroup") or "") + (text_of(proc / "self/cgroup") or "")
    return signs + [f"the cgroup's name ({name})" for name in sorted(set(IN_CGROUP.findall(groups)))]


def _pid_namespace(proc: Path) -> str | None:
    with suppress(OSError):
        return str((proc / "self/ns/pid").readlink())
    return None
