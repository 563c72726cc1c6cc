import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.measure.trial import meter
from bench.measure.trial.meter import Meter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

FakeMachine = Callable[[float], None]


@pytest.fixture
def busy_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    """Sets how many seconds each core of a simulated machine with 4 usable and 4 other cores has been busy."""

    def set_busy(seconds: float) -> None:
        ticks = round(seconds * os.sysconf("SC_CLK_TCK"))
        usable = [f"cpu{core} {ticks} 0 0 {9 * ticks} {9 * ticks} 0 0 0 0 0" for core in range(4)]
        others = [f"cpu{core} {1000 * ticks} 0 0 0 0 0 0 0 0 0" for core in range(4, 8)]
        (tmp_path / "stat").write_text("\n".join(["cpu 1 2 3 4 5 6 7", *usable, *others, "intr 1 2", ""]))

    (tmp_path / "self").mkdir()
    (tmp_path / "self/stat").write_text("1 (python) S 0 0\n")
    monkeypatch.setattr(meter, "PROC", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3})
    set_busy(100.0)
    return set_busy


@pytest.mark.parametrize(("busy_s", "share"), [(0.0, 0.0), (250.0, 0.25), (1000.0, 1.0)])
def test_foreign_cpu_is_the_share_of_usable_cores_taken_by_others(
    busy_for: FakeMachine, busy_s: float, share: float
) -> None:
    at_work = Meter()
    at_work.begin()
    busy_for(100.0 + busy_s)
    assert at_work.end(elapsed_s=1000.0).foreign_cpu == pytest.approx(share, abs=0.01)


def test_foreign_cpu_is_at_most_one(busy_for: FakeMachine) -> None:
    at_work = Meter()
    at_work.begin()
    busy_for(5000.0)
    assert at_work.end(elapsed_s=1.0).foreign_cpu == 1.0


def test_cpu_time_of_the_own_tree_is_not_foreign(busy_for: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work = Meter()
    at_work.begin()
    busy_for(200.0)
    own = meter.Reading(user_s=300.0, system_s=100.0)
    before = meter._own()
    monkeypatch.setattr(meter, "_own", lambda: before + own)
    assert at_work.end(elapsed_s=100.0).foreign_cpu == pytest.approx(0.0, abs=0.01)


def test_foreign_cpu_is_unknown_over_too_few_ticks(busy_for: FakeMachine) -> None:
    at_work = Meter()
    at_work.begin()
    busy_for(200.0)
    assert at_work.end(elapsed_s=0.001).foreign_cpu is None
