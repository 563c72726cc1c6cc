from pathlib import Path

import pytest

from bench.machine.checks import cores
from bench.machine.checks._finding import Finding, Level
from tests.support.kernel import ARM, BARE_METAL, VIRTUAL, siblings, tree

FOUR = frozenset(range(4))


def usable(tmp_path: Path, allowed: frozenset[int] | None, quota: str | None, online: str = "0-3") -> Finding:
    """The finding on a machine with such a `cpu.max`; without one, /proc does not tell the cgroup either."""
    proc = tree(tmp_path / "proc", {} if quota is None else {"self/cgroup": "0::/box\n"})
    sysfs = tree(tmp_path / "sys", {"devices/system/cpu/online": online, "fs/cgroup/box/cpu.max": quota or ""})
    return cores.usable_cores(allowed, proc, sysfs)


def test_all_cores_without_a_quota_are_good(tmp_path: Path) -> None:
    found = usable(tmp_path, FOUR, "max 100000")
    assert found == Finding("cores", Level.GOOD, "4 of 4 logical cores by affinity; no cgroup quota")


def test_quota_is_a_warning_with_a_remedy(tmp_path: Path) -> None:
    found = usable(tmp_path, FOUR, "150000 100000")
    assert found.level is Level.WARNING
    assert found.found == "1.5 of 4 logical cores by cgroup quota; affinity allows 4"
    assert "--cpuset-cpus" in (found.advice or "")


def test_quota_that_does_not_limit_is_reported_as_good(tmp_path: Path) -> None:
    found = usable(tmp_path, FOUR, "400000 100000")
    assert (found.level, found.found) == (Level.GOOD, "4 of 4 logical cores by affinity; quota 4")


def test_fewer_cores_by_affinity_are_a_note(tmp_path: Path) -> None:
    found = usable(tmp_path, frozenset({1, 3}), "max 100000")
    assert found.level is Level.NOTE
    assert found.found.startswith("2 of 4 logical cores by affinity")


def test_offline_cores_are_not_counted(tmp_path: Path) -> None:
    assert usable(tmp_path, frozenset({0, 1, 3}), "max 100000", "0-1,3").level is Level.GOOD


@pytest.mark.parametrize("quota", ["max 100000", None])
def test_single_core_is_a_warning(tmp_path: Path, quota: str | None) -> None:
    assert usable(tmp_path, frozenset({2}), quota).level is Level.WARNING


def test_quota_is_unknown_if_the_cgroup_is_unreadable(tmp_path: Path) -> None:
    found = usable(tmp_path, FOUR, None)
    assert found.level is Level.UNKNOWN
    assert found.found.startswith("4 of 4 logical cores by affinity; the cgroup quota cannot be read")


def test_cores_are_unknown_without_any_source(tmp_path: Path) -> None:
    assert cores.usable_cores(FOUR, tmp_path, tmp_path).level is Level.UNKNOWN
    assert usable(tmp_path, None, "max 100000").level is Level.UNKNOWN


def smt(tmp_path: Path, allowed: frozenset[int] | None, lists: list[str], proc: dict[str, str]) -> Finding:
    return cores.siblings(allowed, tree(tmp_path / "proc", proc), tree(tmp_path / "sys", siblings(*lists)))


@pytest.mark.parametrize("lists", [["0,2", "1,3", "0,2", "1,3"], ["0-1", "0-1", "2-3", "2-3"]])
def test_sibling_threads_are_a_note_with_a_command_for_whole_cores(tmp_path: Path, lists: list[str]) -> None:
    found = smt(tmp_path, FOUR, lists, BARE_METAL)
    assert found.level is Level.NOTE
    pairs, firsts = ("0+2, 1+3", "0,1") if "," in lists[0] else ("0+1, 2+3", "0,2")
    assert found.found == f"4 usable cores are hardware threads of 2 physical cores: {pairs}"
    assert f"taskset -c {firsts} bench run" in (found.advice or "")


def test_unusable_sibling_is_ignored(tmp_path: Path) -> None:
    found = smt(tmp_path, frozenset({0, 1}), ["0,2", "1,3", "0,2", "1,3"], BARE_METAL)
    assert found.level is Level.GOOD


@pytest.mark.parametrize("proc", [VIRTUAL, ARM, {}], ids=["virtual", "arm", "none"])
def test_missing_siblings_are_unknown_under_a_hypervisor(tmp_path: Path, proc: dict[str, str]) -> None:
    assert smt(tmp_path, frozenset({0, 1}), ["0", "1"], proc).level is Level.UNKNOWN


@pytest.mark.parametrize("allowed", [FOUR, None])
def test_siblings_are_unknown_without_their_lists(tmp_path: Path, allowed: frozenset[int] | None) -> None:
    assert smt(tmp_path, allowed, ["0", "1"], BARE_METAL).level is Level.UNKNOWN
    assert cores.siblings(allowed, tmp_path, tmp_path).level is Level.UNKNOWN
