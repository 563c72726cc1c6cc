"""Whether this is a virtual machine or a container, by the same signs as systemd-detect-virt."""

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
FIRST_PID_NAMESPACE = "pid:[4026531836]"  # the number that the kernel gives the initial namespace


def findings(observation: Observation) -> list[Finding]:
    """Whether this is a virtual machine, and whether it is a container."""
    return [virtual_machine(), container()]


def virtual_machine(proc: Path = PROC, sysfs: Path = SYSFS) -> Finding:
    """Whether there is a hypervisor: by the processor's flag if it has one, else by the firmware's names."""
    flag, name = hypervisor_flag(proc), _product(proc, sysfs)
    if flag or (flag is None and name):
        found = f"yes, {name}" if name else "yes, of an unknown kind"
        advice = "other machines on the host may slow it down unnoticed: measure more rounds, or use dedicated cores"
        return Finding("virtual machine", Level.NOTE, found, advice)
    if flag is None:
        return Finding("virtual machine", Level.UNKNOWN, "neither the processor nor the firmware says")
    return Finding("virtual machine", Level.GOOD, "no, the processor reports no hypervisor")


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
    """Whether this is a container, so that programs outside it are not visible."""
    signs = _signs(proc, root)
    namespace = _pid_namespace(proc)
    if signs and namespace == FIRST_PID_NAMESPACE:
        found = f"signs of one ({', '.join(signs)}), but process IDs are the machine's own"
        return Finding("container", Level.NOTE, found)
    if signs or namespace not in (None, FIRST_PID_NAMESPACE):
        found = f"yes, detected by {', '.join(signs)}" if signs else "yes, detected by its own process namespace"
        advice = "programs outside the container are not visible here: check the load on the host"
        return Finding("container", Level.NOTE, found, advice)
    if namespace is None:
        return Finding("container", Level.UNKNOWN, f"no sign of one, but {proc}/self/ns/pid cannot be read")
    return Finding("container", Level.GOOD, "no sign of one; process IDs are the machine's own")


def _signs(proc: Path, root: Path) -> list[str]:
    """Traces that a container engine leaves inside a container."""
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
