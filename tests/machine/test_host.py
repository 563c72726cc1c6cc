import json
import os
from pathlib import Path

import pytest

from bench.machine import host


def group(tmp_path: Path, membership: str, files: dict[str, str]) -> tuple[Path, Path]:
    """/proc/self/cgroup and /sys/fs/cgroup as they would be."""
    mount = tmp_path / "mount"
    mount.mkdir()
    for name, text in files.items():
        (mount / name).parent.mkdir(parents=True, exist_ok=True)
        (mount / name).write_text(text)
    (tmp_path / "cgroup").write_text(membership)
    return tmp_path / "cgroup", mount


def v1(quota: int, folder: str = "cpu") -> dict[str, str]:
    return {f"{folder}/cpu.cfs_quota_us": f"{quota}\n", f"{folder}/cpu.cfs_period_us": "100000\n"}


@pytest.mark.parametrize(
    ("membership", "files", "cores"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 1.5),
        ("0::/\n", {"cpu.max": "max 100000\n"}, None),
        ("0::/a/b\n", {"a/b/cpu.max": "400000 100000\n"}, 4.0),
        ("0::/a/b\n", {"a/b/cpu.max": "400000 100000\n", "a/cpu.max": "200000 100000\n"}, 2.0),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "50000 100000\n"}, 0.5),
        ("0::/a\n", {"a/b/cpu.max": "100000 100000\n", "other/cpu.max": "100000 100000\n"}, None),
        ("0::/a\n", {"a/cpu.max": "garbage\n"}, None),
        ("0::/\n", {}, None),
    ],
)
def test_v2_quota_is_the_smallest_of_the_group_and_its_ancestors(
    tmp_path: Path, membership: str, files: dict[str, str], cores: float | None
) -> None:
    assert host.quota_cores(*group(tmp_path, membership, files)) == cores


@pytest.mark.parametrize(
    ("membership", "files", "cores"),
    [
        ("4:cpu,cpuacct:/\n3:memory:/\n", v1(250_000), 2.5),
        ("4:cpu,cpuacct:/box\n", v1(-1) | v1(300_000, "cpu/box"), 3.0),
        ("4:cpu,cpuacct:/box\n", v1(200_000, "cpu,cpuacct") | v1(300_000, "cpu,cpuacct/box"), 2.0),
        ("4:cpu:/\n", v1(-1), None),
        ("4:cpuset:/\n", v1(100_000), None),
        ("4:cpu:/seen/from/outside/the/container\n", v1(100_000), 1.0),
    ],
)
def test_v1_quota_is_the_smallest_of_the_group_and_its_ancestors(
    tmp_path: Path, membership: str, files: dict[str, str], cores: float | None
) -> None:
    assert host.quota_cores(*group(tmp_path, membership, files)) == cores


def test_both_quotas_apply_if_both_versions_are_mounted(tmp_path: Path) -> None:
    files = {"cpu.max": "200000 100000\n"} | v1(100_000)
    assert host.quota_cores(*group(tmp_path, "4:cpu:/\n0::/\n", files)) == 1.0


def test_there_is_no_quota_without_cgroups(tmp_path: Path) -> None:
    assert host.quota_cores(tmp_path / "none", tmp_path) is None


@pytest.mark.parametrize(
    ("allowed", "quota", "usable"),
    [(8, None, 8), (8, 4.0, 4), (8, 2.9, 2), (8, 0.5, 1), (2, 64.0, 2), (1, None, 1)],
)
def test_usable_cores_are_the_whole_cores_within_affinity_and_quota(
    monkeypatch: pytest.MonkeyPatch, allowed: int, quota: float | None, usable: int
) -> None:
    monkeypatch.setattr(host, "affinity_cores", lambda: allowed)
    monkeypatch.setattr(host, "quota_cores", lambda: quota)
    assert host.usable_cores() == usable


def test_affinity_is_that_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 5, 7}, raising=False)
    assert host.affinity_cores() == 3


def test_all_cores_count_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert host.affinity_cores() == 6


def test_description_can_be_written_as_json() -> None:
    description = host.describe()
    assert json.loads(json.dumps(description)) == description
    assert description["cores_usable"] >= 1
    assert description["clock_resolution_s"] > 0


def test_unavailable_facts_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "CPUFREQ", tmp_path)
    assert host.describe()["governor"] is None
    (tmp_path / "scaling_governor").write_text("performance\n")
    assert host.describe()["governor"] == "performance"
