import subprocess
from pathlib import Path

import pytest

from bench.machine.checks import _self_test_trials, self_test
from bench.machine.checks._finding import Level

PAIRS = [(0.05, 0.05), (0.06, 0.05), (0.05, 0.06)] * 10


def test_short_self_test_times_at_least_three_pairs() -> None:
    found = self_test.self_test(0.0)
    assert [finding.subject for finding in found] == ["spread", "speeds", "detectable"]
    assert found[0].found.startswith("6 equal trials took a median of ")
    assert found[1].found == "6 trials are too few to distinguish one speed from two"
    assert "log ratios of 3 adjacent pairs" in found[2].found


def test_each_trial_is_a_fresh_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    real = subprocess.run

    def run(command: list[str], **options: object) -> object:
        started.append(command)
        return real(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", run)
    pairs = _self_test_trials.adjacent_pairs(0.0)
    assert len(started) == 1 + 2 * len(pairs)
    assert all(first > 0 and second > 0 for first, second in pairs)


@pytest.mark.parametrize(
    "script", ["raise SystemExit(3)", "print('?')", "import sys\nsys.stderr.write('a\\nb')\nraise SystemExit(1)"]
)
def test_findings_are_unknown_if_trials_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    (tmp_path / "work.py").write_text(script)
    monkeypatch.setattr(_self_test_trials, "FIXED_WORK", tmp_path / "work.py")
    found = self_test.self_test(0.0)
    assert [finding.level for finding in found] == [Level.UNKNOWN] * 3
    assert all("\n" not in finding.found for finding in found)


@pytest.mark.parametrize(
    ("times", "level"),
    [
        ([1.0, 1.001, 1.002, 1.003] * 5, Level.GOOD),
        ([1.0, 1.02, 1.04, 1.06] * 5, Level.NOTE),
        ([1.0, 1.1, 1.2, 1.3] * 5, Level.WARNING),
    ],
)
def test_spread_is_graded_by_its_middle_half(times: list[float], level: Level) -> None:
    assert self_test.spread(times).level is level


def test_spread_reports_the_extremes_too() -> None:
    found = self_test.spread([0.05] * 9 + [0.15])
    times = "10 equal trials took a median of 50.0 ms (middle half 50.0 to 50.0)"
    assert found.found == f"{times}; the slowest took 3.00x as long as the fastest"


def test_two_speeds_are_a_warning_and_one_is_good() -> None:
    found = self_test.speeds([0.05] * 30 + [0.09] * 20)
    assert found.level is Level.WARNING
    assert found.found == "two: about 50.0 ms in 60 % of trials and 90.0 ms in 40 %"
    assert self_test.speeds([0.05] * 50).level is Level.GOOD


def test_detectable_difference_is_reported_for_five_and_more_rounds() -> None:
    found = self_test.detectable(PAIRS)
    assert found.level is Level.NOTE
    assert found.found.startswith("a difference of 1.28x is detected in 80 % of runs of 5 rounds")
    assert found.advice == "20 rounds detect 1.10x: bench run --rounds 20"


def test_quiet_machine_needs_no_remedy() -> None:
    found = self_test.detectable([(1.0, 1.001)] * 20)
    assert (found.level, found.advice) == (Level.GOOD, None)
