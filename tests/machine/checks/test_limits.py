import resource
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.machine.checks import limits
from bench.machine.checks._finding import Level
from tests.support.kernel import tree

ANY = resource.RLIM_INFINITY


@pytest.mark.parametrize("allowed", [(20_000, 20_000), (limits.FILES, ANY), (ANY, ANY)])
def test_file_limit_for_ten_thousand_connections_is_good(allowed: tuple[int, int]) -> None:
    found = limits.open_files(allowed)
    assert (found.level, found.advice) == (Level.GOOD, None)
    assert found.found.endswith("enough for 10000 connections")


@pytest.mark.parametrize(
    ("allowed", "way_out"), [((1024, 524_288), "ulimit -n 10100"), ((256, ANY), "ulimit"), ((1024, 4096), "hard limit")]
)
def test_low_file_limit_is_a_note_with_a_remedy(allowed: tuple[int, int], way_out: str) -> None:
    found = limits.open_files(allowed)
    assert found.level is Level.NOTE
    assert way_out in (found.advice or "")


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every disk has 5 GiB free."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(9 * limits.GIB, 4 * limits.GIB, 5 * limits.GIB))


@pytest.mark.usefixtures("free")
def test_file_system_is_that_of_the_nearest_most_recent_mount(tmp_path: Path) -> None:
    place = tmp_path / "a b/c"
    place.mkdir(parents=True)
    escaped = str(tmp_path / "a b").replace(" ", "\\040")
    mounts = f"/dev/sda / ext4 rw 0 0\nx {escaped} ext4 rw 0 0\ny {escaped} tmpfs rw 0 0\nz {escaped}/cc xfs rw 0 0\n"
    found = limits.temporary_space(place, tree(tmp_path / "proc", {"self/mounts": mounts}))
    assert found.level is Level.NOTE
    assert found.found == f"5.0 GiB free in {place} (tmpfs)"


@pytest.mark.usefixtures("free")
def test_enough_disk_space_is_good(tmp_path: Path) -> None:
    proc = tree(tmp_path / "proc", {"self/mounts": "/dev/sda / ext4 rw 0 0\n"})
    assert limits.temporary_space(tmp_path, proc).level is Level.GOOD


@pytest.mark.usefixtures("free")
def test_unknown_file_system_is_reported_as_unknown(tmp_path: Path) -> None:
    assert limits.temporary_space(tmp_path, tmp_path).found.endswith("(unknown file system)")


def test_low_disk_space_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(limits.GIB, limits.GIB, limits.GIB - 1))
    found = limits.temporary_space(tmp_path, tmp_path)
    assert found.level is Level.WARNING
    assert "TMPDIR" in (found.advice or "")


def test_missing_folder_is_a_warning(tmp_path: Path) -> None:
    assert limits.temporary_space(tmp_path / "gone").level is Level.WARNING
