from pathlib import Path

import pytest

from bench.machine.checks import _snapshot, memory
from bench.machine.checks._finding import Finding, Level
from tests.support.kernel import tree

GIB_KB = 1024 * 1024


def swap(tmp_path: Path, total_kb: int, free_kb: int, before: str | None, after: str | None) -> Finding:
    """What is found of a machine with such swap, and such counts of pages in /proc/vmstat."""
    meminfo = f"MemTotal: 8000000 kB\nSwapCached: 0 kB\nSwapTotal: {total_kb} kB\nSwapFree: {free_kb} kB\n"
    counts = [{} if text is None else {"vmstat": text} for text in (before, after)]
    first = tree(tmp_path / "before", counts[0])
    last = tree(tmp_path / "after", {"meminfo": meminfo} | counts[1])
    return memory.swap(_snapshot.take(first), _snapshot.take(last), last)


STILL = "nr_free_pages 5\npswpin 10\npswpout 20\n"


def test_no_swap_is_good(tmp_path: Path) -> None:
    assert swap(tmp_path, 0, 0, STILL, STILL) == Finding("swap", Level.GOOD, "none configured")


def test_unused_swap_is_good(tmp_path: Path) -> None:
    found = swap(tmp_path, 2 * GIB_KB, 2 * GIB_KB, STILL, STILL)
    assert (found.level, found.found) == (
        Level.GOOD,
        "0 of 2048 MiB in use; 0 pages swapped in and 0 swapped out just now",
    )


def test_swap_in_use_is_a_note(tmp_path: Path) -> None:
    found = swap(tmp_path, 2 * GIB_KB, GIB_KB, STILL, STILL)
    assert found.level is Level.NOTE
    assert found.found.startswith("1024 of 2048 MiB in use")


@pytest.mark.parametrize(
    ("now", "moved"), [("pswpin 13\npswpout 20\n", "3 pages"), ("pswpin 10\npswpout 24\n", "4 swapped out")]
)
def test_active_swapping_is_a_warning(tmp_path: Path, now: str, moved: str) -> None:
    found = swap(tmp_path, 2 * GIB_KB, GIB_KB, STILL, now)
    assert found.level is Level.WARNING
    assert moved in found.found


@pytest.mark.parametrize("counts", [None, "nr_free_pages 5\n", "pswpin 10\n"])
def test_swapping_is_unknown_without_page_counts(tmp_path: Path, counts: str | None) -> None:
    found = swap(tmp_path, 2 * GIB_KB, GIB_KB, counts, counts)
    assert found.level is Level.UNKNOWN
    assert found.found.startswith("1024 of 2048 MiB in use")


def test_swap_is_unknown_without_meminfo(tmp_path: Path) -> None:
    taken = _snapshot.take(tmp_path)
    assert memory.swap(taken, taken, tmp_path).level is Level.UNKNOWN
