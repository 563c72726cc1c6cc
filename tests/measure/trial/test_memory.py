"""The peak memory of a pass: resetting it, reading it, and naming the measure."""

import mmap
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.trial.memory import PROC, memory_measure, numbers_of, peak_bytes, pss_kb, reset_peak

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def process(folder: Path, peak: int, now: int, pss: int | None) -> Path:
    """A /proc folder of a process, with sizes in kB."""
    (folder / "status").write_text(f"Name:\tpython\nVmHWM:\t{peak:8} kB\nVmRSS:\t{now:8} kB\nThreads:\t1\n")
    if pss is not None:
        (folder / "smaps_rollup").write_text(f"55d0-7ffd ---p 0 00:00 0 [rollup]\nRss: {now} kB\nPss: {pss:8} kB\n")
    return folder


def test_peak_excludes_the_share_of_pages_held_by_others(tmp_path: Path) -> None:
    assert peak_bytes(process(tmp_path, peak=900, now=500, pss=200)) == (900 - 300) * 1024


def test_pages_count_fully_if_shares_are_unreadable(tmp_path: Path) -> None:
    assert peak_bytes(process(tmp_path, peak=900, now=500, pss=None)) == 900 * 1024


def test_exited_process_has_no_memory(tmp_path: Path) -> None:
    assert peak_bytes(tmp_path / "gone") == 0
    assert numbers_of(tmp_path / "gone") == {}
    assert pss_kb(tmp_path / "gone") is None
    reset_peak(tmp_path / "gone")


@given(text=st.text())
def test_any_status_file_is_read_without_error(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("process")
    (folder / "status").write_text(text, encoding="utf-8", errors="replace", newline="")
    assert all(isinstance(number, int) for number in numbers_of(folder).values())


@pytest.mark.parametrize(("pss", "name"), [(200, "pss"), (None, "rss")])
def test_measure_states_what_is_summed(tmp_path: Path, pss: int | None, name: str) -> None:
    (tmp_path / "self").mkdir()
    process(tmp_path / "self", 900, 500, pss)
    description = memory_measure(tmp_path)
    assert description is not None
    assert description["measure"] == name
    assert "summed over the tree" in description["meaning"]


def test_without_proc_there_is_no_measure(tmp_path: Path) -> None:
    assert memory_measure(tmp_path) is None


@linux
def test_peak_within_the_pass_is_counted_and_an_earlier_one_is_not() -> None:
    size = 64 * 1024 * 1024

    def hold() -> None:
        with mmap.mmap(-1, size) as held:
            held[:: mmap.PAGESIZE] = b"x" * (size // mmap.PAGESIZE)

    myself = PROC / "self"
    hold()
    reset_peak(myself)
    idle = peak_bytes(myself)
    hold()
    assert 0.9 * size < peak_bytes(myself) - idle < 1.1 * size
