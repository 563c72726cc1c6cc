from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.machine.checks import _snapshot, load
from bench.machine.checks._finding import Finding, Level
from tests.support.kernel import ARM, BARE_METAL, VIRTUAL, process, stat, tree

TWO = frozenset({0, 1})
OWN = 42
IDLE = stat((5.0, 9.0, 0.0), (5.0, 9.0, 0.0))


def seen(folder: Path, files: Mapping[str, str], at_s: float) -> _snapshot.Snapshot:
    return _snapshot.take(tree(folder, files), lambda: at_s)


def found_load(
    tmp_path: Path, before: dict[str, str], after: dict[str, str], allowed: frozenset[int] | None = TWO
) -> Finding:
    """What is found of two seconds that begin and end with these files."""
    first = seen(tmp_path / "before", IDLE | process(OWN, "bench", 1.0) | before, 10.0)
    last = seen(tmp_path / "after", process(OWN, "bench", 1.0) | {"loadavg": "0.50 0.1 0.1 1/2 3\n"} | after, 12.0)
    return load.load(first, last, allowed, OWN, tmp_path / "after")


def test_idle_cores_are_good(tmp_path: Path) -> None:
    found = found_load(tmp_path, {}, stat((5.0, 11.0, 0.0), (5.0, 11.0, 0.0)))
    assert found == Finding("load", Level.GOOD, "other programs keep 0.00 of 2 cores busy (load average 0.50)")


def test_busiest_programs_are_named_with_their_usage(tmp_path: Path) -> None:
    before = process(7, "make) (x", 3.0) | process(8, "cc1", 1.0) | process(9, "sleeper", 50.0)
    after = process(7, "make) (x", 3.5) | process(8, "cc1", 2.5) | process(9, "sleeper", 50.0)
    found = found_load(tmp_path, before, after | stat((7.0, 9.0, 0.0), (5.0, 11.0, 0.0)))
    assert found.level is Level.WARNING
    assert found.found.endswith("1.00 of 2 cores busy (load average 0.50): cc1 (8) 0.75, make) (x (7) 0.25")
    assert found.advice == "stop what is not needed, or wait until it has finished"


def test_own_cpu_usage_is_not_counted(tmp_path: Path) -> None:
    after = stat((6.0, 10.0, 0.0), (5.0, 11.0, 0.0)) | process(OWN, "bench", 2.0)
    found = found_load(tmp_path, {}, after)
    assert found.level is Level.GOOD
    assert "bench" not in found.found


def test_cpu_of_invisible_programs_is_reported_with_where_to_look(tmp_path: Path) -> None:
    found = found_load(tmp_path, {}, stat((7.0, 9.0, 0.0), (5.0, 11.0, 0.0)))
    assert found.found.endswith(": programs that ended or are not visible here 1.00")
    assert "on the host" in (found.advice or "")


def test_only_usable_cores_count(tmp_path: Path) -> None:
    after = stat((7.0, 9.0, 0.0), (5.0, 11.0, 0.0))
    assert found_load(tmp_path, {}, after, frozenset({1})).level is Level.GOOD
    assert found_load(tmp_path, {}, after, frozenset({0})).level is Level.WARNING
    assert found_load(tmp_path, {}, after, None).level is Level.WARNING


def test_reused_pid_is_not_charged_for_the_previous_program(tmp_path: Path) -> None:
    after = process(7, "new", 0.5, started=200) | stat((5.5, 10.5, 0.0), (5.0, 11.0, 0.0))
    assert "new (7) 0.25" in found_load(tmp_path, process(7, "old", 90.0), after).found


def test_renamed_program_is_the_same_program(tmp_path: Path) -> None:
    after = process(7, "kworker/0:1-mm", 90.0) | stat((5.0, 11.0, 0.0), (5.0, 11.0, 0.0))
    assert "kworker" not in found_load(tmp_path, process(7, "kworker/0:1-events", 90.0), after).found


def test_name_with_a_line_break_is_shown_on_one_line(tmp_path: Path) -> None:
    after = process(7, "a\nb\x1b", 1.0) | stat((6.0, 10.0, 0.0), (5.0, 11.0, 0.0))
    assert "a?b? (7)" in found_load(tmp_path, process(7, "a\nb\x1b", 0.0), after).found


@pytest.mark.parametrize("files", [{}, {"stat": "cpu  1 2 3 4\n"}, {"stat": "cpu0 1 2 3 4\n"}, {"stat": "\n"}])
def test_load_and_steal_are_unknown_without_proc(tmp_path: Path, files: dict[str, str]) -> None:
    first, last = seen(tmp_path, files, 1.0), seen(tmp_path, files, 2.0)
    assert load.load(first, last, TWO, OWN, tmp_path).level is Level.UNKNOWN
    assert load.steal(first, last, tmp_path).level is Level.UNKNOWN


def test_usable_cores_missing_from_proc_are_unknown(tmp_path: Path) -> None:
    assert found_load(tmp_path, {}, IDLE, frozenset({0, 5})).level is Level.UNKNOWN


def found_steal(tmp_path: Path, before: float, after: float, proc: dict[str, str]) -> Finding:
    """What is found where two seconds of one core stole the difference."""
    first = seen(tmp_path / "before", stat((10.0, 989.0, before)), 10.0)
    last = seen(tmp_path / "after", stat((10.0, 990.0, after)) | proc, 12.0)
    return load.steal(first, last, tmp_path / "after")


def test_steal_now_or_earlier_is_a_warning(tmp_path: Path) -> None:
    now = found_steal(tmp_path / "now", 0.0, 0.5, VIRTUAL)
    assert (now.level, now.found) == (
        Level.WARNING,
        "25.0 % of the cores' time just now, 0.05 % since boot",
    )
    assert found_steal(tmp_path / "earlier", 100.0, 100.0, VIRTUAL).level is Level.WARNING


def test_negligible_steal_is_good(tmp_path: Path) -> None:
    assert found_steal(tmp_path, 1.0, 1.01, VIRTUAL).level is Level.GOOD


@pytest.mark.parametrize(
    ("proc", "level"), [(BARE_METAL, Level.GOOD), (VIRTUAL, Level.UNKNOWN), (ARM, Level.UNKNOWN), ({}, Level.UNKNOWN)]
)
def test_zero_steal_is_good_only_without_a_hypervisor(tmp_path: Path, proc: dict[str, str], level: Level) -> None:
    assert found_steal(tmp_path, 0.0, 0.0, proc).level is level


def test_steal_is_unknown_on_old_kernels(tmp_path: Path) -> None:
    taken = seen(tmp_path, {"stat": "cpu0 1 2 3 4 5 6 7\n"} | BARE_METAL, 1.0)
    assert load.steal(taken, taken, tmp_path).level is Level.UNKNOWN
