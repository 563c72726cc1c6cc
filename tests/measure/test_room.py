"""How many trials may be alive at once."""

from pathlib import Path

import pytest

from bench.measure import room
from bench.measure.room import MOST_PROCESSES, MOST_TRIALS, available_bytes, has_room
from bench.measure.trial.live_trials import LiveTrial
from bench.measure.trial.outcome import Outcome
from tests.support.cases import case

GB = 2**30
THREADS = case(backend="threading", workers=64)


def trials(number: int, memory_bytes: int = 0, processes: int = 1) -> list[LiveTrial]:
    """So many trials that are alive, each as large."""
    alive = []
    for _ in range(number):
        trial = LiveTrial(Outcome(), None)
        trial.memory_bytes, trial.processes = memory_bytes, processes
        alive.append(trial)
    return alive


@pytest.fixture
def available(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "available_bytes", lambda: 4 * GB)


@pytest.mark.usefixtures("available")
class TestRoom:
    def test_trials_are_limited(self) -> None:
        assert has_room(trials(MOST_TRIALS - 1), THREADS)
        assert not has_room(trials(MOST_TRIALS), THREADS)

    def test_processes_are_limited_and_threads_are_none(self) -> None:
        assert has_room(trials(2, processes=MOST_PROCESSES // 2 - 1), THREADS)
        one = case(backend="multiprocessing", options={"start_method": "fork"}, workers=8)
        assert has_room(trials(1, processes=MOST_PROCESSES - 9), one)
        assert not has_room(trials(1, processes=MOST_PROCESSES - 8), one)

    def test_another_trial_as_large_as_the_largest_may_take_half_of_the_memory(self) -> None:
        assert has_room([*trials(2), *trials(1, 2 * GB)], THREADS)
        assert not has_room([*trials(2), *trials(1, 2 * GB + 1)], THREADS)

    def test_first_trial_always_has_room(self) -> None:
        assert has_room([], THREADS)


def test_unknown_memory_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "available_bytes", lambda: None)
    assert has_room(trials(1, 1000 * GB), THREADS)


class TestAvailableMemory:
    @pytest.fixture
    def proc(self, tmp_path: Path) -> Path:
        (tmp_path / "proc").mkdir()
        (tmp_path / "proc/meminfo").write_text("MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable:    5000 kB\n")
        return tmp_path / "proc"

    @pytest.fixture
    def cgroup(self, tmp_path: Path) -> Path:
        folder = tmp_path / "cgroup"
        folder.mkdir()
        for name, text in {
            "memory.max": "3000000\n",
            "memory.current": "2500000\n",
            "memory.stat": "anon 7\ninactive_file 400000\n",
        }.items():
            (folder / name).write_text(text)
        return folder

    def test_system_knows_what_is_available(self, proc: Path, tmp_path: Path) -> None:
        assert available_bytes(proc, tmp_path / "none") == 5000 * 1024

    def test_limit_of_the_group_counts_without_its_file_caches(self, proc: Path, cgroup: Path) -> None:
        assert available_bytes(proc, cgroup) == 900_000

    def test_group_without_a_limit_has_the_memory_of_the_system(self, proc: Path, cgroup: Path) -> None:
        (cgroup / "memory.max").write_text("max\n")
        assert available_bytes(proc, cgroup) == 5000 * 1024

    def test_group_above_its_limit_has_none(self, proc: Path, cgroup: Path) -> None:
        (cgroup / "memory.current").write_text("9000000\n")
        assert available_bytes(proc, cgroup) == 0

    def test_it_is_unknown_without_any_of_the_files(self, tmp_path: Path) -> None:
        assert available_bytes(tmp_path, tmp_path) is None
