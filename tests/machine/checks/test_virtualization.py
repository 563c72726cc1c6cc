from pathlib import Path

import pytest

from bench.machine.checks import virtualization
from bench.machine.checks._finding import Finding, Level
from tests.support.kernel import ARM, BARE_METAL, VIRTUAL, tree

DMI = "class/dmi/id"
CLOCKS = "devices/system/clocksource/clocksource0/available_clocksource"


def machine(tmp_path: Path, proc: dict[str, str], sysfs: dict[str, str]) -> Finding:
    return virtualization.virtual_machine(tree(tmp_path / "proc", proc), tree(tmp_path / "sys", sysfs))


def test_processor_without_a_hypervisor_is_not_a_virtual_machine(tmp_path: Path) -> None:
    found = machine(tmp_path, BARE_METAL, {f"{DMI}/sys_vendor": "Dell Inc.\n"})
    assert (found.level, found.advice) == (Level.GOOD, None)


def test_cloud_bare_metal_is_not_a_virtual_machine(tmp_path: Path) -> None:
    assert machine(tmp_path, BARE_METAL, {f"{DMI}/sys_vendor": "Amazon EC2\n"}).level is Level.GOOD


@pytest.mark.parametrize(
    ("proc", "sysfs", "name"),
    [
        ({}, {f"{DMI}/sys_vendor": "QEMU\n"}, "QEMU"),
        ({}, {f"{DMI}/sys_vendor": "Microsoft Corporation\n", f"{DMI}/product_name": "Virtual Machine\n"}, "Hyper-V"),
        ({}, {f"{DMI}/bios_vendor": "innotek GmbH\n"}, "VirtualBox"),
        ({}, {CLOCKS: "tsc kvm-clock \n"}, "KVM"),
        ({}, {"hypervisor/type": "xen\n"}, "xen"),
        ({"sys/kernel/osrelease": "5.15.0-microsoft-standard-WSL2\n"}, {}, "WSL"),
        ({}, {}, "of an unknown kind"),
    ],
)
def test_hypervisor_is_reported_by_name_if_known(
    tmp_path: Path, proc: dict[str, str], sysfs: dict[str, str], name: str
) -> None:
    found = machine(tmp_path, VIRTUAL | proc, sysfs)
    assert (found.level, found.found) == (Level.NOTE, f"yes, {name}")


def test_firmware_is_used_if_the_processor_flags_are_missing(tmp_path: Path) -> None:
    assert machine(tmp_path / "one", ARM, {f"{DMI}/sys_vendor": "QEMU\n"}).found == "yes, QEMU"
    tree_of_devices = ARM | {"device-tree/hypervisor/compatible": "linux,kvm\0"}
    assert machine(tmp_path / "two", tree_of_devices, {}).found == "yes, linux,kvm"


@pytest.mark.parametrize("proc", [ARM, {}], ids=["arm", "none"])
def test_virtualization_is_unknown_without_processor_flags_and_firmware(tmp_path: Path, proc: dict[str, str]) -> None:
    assert machine(tmp_path, proc, {f"{DMI}/sys_vendor": "Acme\n"}).level is Level.UNKNOWN


def container(
    tmp_path: Path, proc: dict[str, str], root: dict[str, str], namespace: str | None = "pid:[4026532198]"
) -> Finding:
    files = tree(tmp_path / "proc", proc)
    if namespace:
        tree(files / "self/ns", {})
        (files / "self/ns/pid").symlink_to(namespace)
    return virtualization.container(files, tree(tmp_path / "root", root))


@pytest.mark.parametrize(
    ("proc", "root", "sign"),
    [
        ({}, {".dockerenv": ""}, "/.dockerenv"),
        ({}, {"run/.containerenv": ""}, "/run/.containerenv"),
        ({}, {"run/systemd/container": "lxc\n"}, "/run/systemd/container (lxc)"),
        ({"1/environ": "PATH=/bin\0container=podman\0"}, {}, "container=podman in the environment of process 1"),
        ({"self/cgroup": "0::/system.slice/docker-4f.scope\n"}, {}, "the cgroup's name (docker)"),
        ({"1/cgroup": "1:cpu:/kubepods/pod1\n"}, {}, "the cgroup's name (kubepods)"),
        ({}, {}, "its own process namespace"),
    ],
)
def test_container_is_reported_with_its_signs(
    tmp_path: Path, proc: dict[str, str], root: dict[str, str], sign: str
) -> None:
    found = container(tmp_path, proc, root)
    assert (found.level, found.found) == (Level.NOTE, f"yes, detected by {sign}")


def test_no_signs_and_the_hosts_own_processes_are_good(tmp_path: Path) -> None:
    found = container(tmp_path, {"self/cgroup": "0::/user.slice\n"}, {}, virtualization.FIRST_PID_NAMESPACE)
    assert (found.level, found.advice) == (Level.GOOD, None)


def test_container_sign_and_the_hosts_own_processes_are_both_reported(tmp_path: Path) -> None:
    found = container(tmp_path, {}, {".dockerenv": ""}, virtualization.FIRST_PID_NAMESPACE)
    assert found.level is Level.NOTE
    assert found.found == "signs of one (/.dockerenv), but process IDs are the machine's own"


def test_container_is_unknown_without_proc(tmp_path: Path) -> None:
    assert container(tmp_path, {}, {}, namespace=None).level is Level.UNKNOWN
