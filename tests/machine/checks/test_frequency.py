from pathlib import Path

import pytest

from bench.machine.checks import frequency
from bench.machine.checks._finding import Finding, Level
from tests.support.kernel import tree

THREE = frozenset(range(3))


def governor(tmp_path: Path, *governors: str | None) -> Finding:
    files = {f"cpu{core}/cpufreq/scaling_governor": f"{name}\n" for core, name in enumerate(governors) if name}
    return frequency.governor(THREE, tree(tmp_path, files))


def test_performance_governor_on_all_cores_is_good(tmp_path: Path) -> None:
    found = governor(tmp_path, *["performance"] * 3)
    assert found == Finding("governor", Level.GOOD, "performance on 3 cores")


def test_other_governor_on_one_core_is_a_warning_with_the_command_to_change_it(tmp_path: Path) -> None:
    found = governor(tmp_path, "performance", "powersave", "performance")
    assert found.level is Level.WARNING
    assert found.found == "performance on 2 cores, powersave on 1 core"
    assert "cpupower frequency-set -g performance" in (found.advice or "")


def test_governor_of_an_offline_core_is_unknown(tmp_path: Path) -> None:
    found = governor(tmp_path, "performance", None, "performance")
    assert found == Finding("governor", Level.UNKNOWN, "performance on 2 cores, unknown for 1 core")


def test_offline_core_does_not_hide_a_slow_one(tmp_path: Path) -> None:
    found = governor(tmp_path, "schedutil", None, "schedutil")
    assert (found.level, found.found) == (Level.WARNING, "schedutil on 2 cores, unknown for 1 core")


@pytest.mark.parametrize("allowed", [THREE, None])
def test_frequency_is_unknown_without_governors(tmp_path: Path, allowed: frozenset[int] | None) -> None:
    assert frequency.governor(allowed, tmp_path).level is Level.UNKNOWN
    assert frequency.turbo(tmp_path).level is Level.UNKNOWN


@pytest.mark.parametrize(
    ("name", "value", "level", "command"),
    [
        ("intel_pstate/no_turbo", "0\n", Level.NOTE, "echo 1"),
        ("intel_pstate/no_turbo", "1\n", Level.GOOD, None),
        ("cpufreq/boost", "1\n", Level.NOTE, "echo 0"),
        ("cpufreq/boost", "0\n", Level.GOOD, None),
    ],
)
def test_turbo_is_a_note_with_the_command_to_disable_it(
    tmp_path: Path, name: str, value: str, level: Level, command: str | None
) -> None:
    found = frequency.turbo(tree(tmp_path, {name: value}))
    assert found.level is level
    assert found.advice == (command and f"for equal frequencies: {command} | sudo tee {tmp_path / name}")
