import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from threading import Event

import pytest

from bench.errors import RecordError, UsageError
from bench.measure.record import run_folder
from bench.measure.record.run_folder import create, point_latest


class StoppedClock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StoppedClock":
        assert tz is UTC
        return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)


@pytest.fixture
def stopped(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, in which it stays the same second."""
    monkeypatch.setattr(run_folder, "datetime", StoppedClock)
    return here


@pytest.mark.usefixtures("stopped")
class TestDefaultFolder:
    def test_run_is_named_by_its_start_time_in_utc(self) -> None:
        assert create(None) == Path("results/2026-01-02T030405Z")
        assert list(Path("results/2026-01-02T030405Z").iterdir()) == []

    def test_runs_started_in_the_same_second_are_numbered(self) -> None:
        assert [create(None).name for _ in range(3)] == [
            "2026-01-02T030405Z",
            "2026-01-02T030405Z-2",
            "2026-01-02T030405Z-3",
        ]

    def test_simultaneous_runs_never_share_a_folder(self) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: create(None), range(40)))
        assert len(set(made)) == 40
        assert set(made) == set(Path("results").iterdir())


class TestRequestedFolder:
    def test_new_folder_is_created_with_its_parents(self, here: Path) -> None:
        assert create(here / "a/b/c") == here / "a/b/c"
        assert (here / "a/b/c").is_dir()

    def test_empty_folder_is_accepted(self, here: Path) -> None:
        (here / "mine").mkdir()
        assert create(Path("mine")) == Path("mine")

    def test_non_empty_folder_is_refused(self, here: Path) -> None:
        (here / "mine").mkdir()
        (here / "mine/.hidden").write_text("precious")
        with pytest.raises(UsageError, match="mine is not empty: choose a new folder"):
            create(Path("mine"))
        assert (here / "mine/.hidden").read_text() == "precious"

    def test_name_of_the_latest_link_is_refused(self, here: Path) -> None:
        with pytest.raises(UsageError, match="results/latest: latest is the name of the link to the last finished run"):
            create(Path("results/latest"))
        assert not (here / "results").exists()

    def test_file_in_place_of_a_folder_is_refused(self, here: Path) -> None:
        (here / "mine").write_text("precious")
        with pytest.raises(UsageError, match="mine is not empty"):
            create(Path("mine"))
        assert (here / "mine").read_text() == "precious"

    def test_folder_that_cannot_be_created_is_reported(self, here: Path) -> None:
        (here / "file").write_text("")
        with pytest.raises(UsageError, match="file/mine: cannot create a folder for the results: Not a directory"):
            create(Path("file/mine"))


@pytest.fixture
def runs(here: Path) -> list[Path]:
    """Two runs in ./results."""
    made = [Path("results/first"), Path("results/second")]
    for path in made:
        path.mkdir(parents=True)
    return made


LATEST = Path("results/latest")


class TestLatest:
    def test_latest_is_a_relative_link_that_moves_with_the_folder(self, runs: list[Path]) -> None:
        point_latest(runs[0])
        assert LATEST.readlink().name == "first"
        point_latest(runs[1].resolve())
        assert LATEST.readlink().name == "second"
        assert sorted(path.name for path in Path("results").iterdir()) == ["first", "latest", "second"]

    def test_latest_always_names_a_run(self, runs: list[Path]) -> None:
        point_latest(runs[0])
        over = Event()

        def watch() -> set[str]:
            seen = {LATEST.readlink().name}
            while not over.is_set():
                seen.add(LATEST.readlink().name)  # raises if it is missing for a moment
            return seen

        with ThreadPoolExecutor(1) as pool:
            watched = pool.submit(watch)
            try:
                for number in range(300):
                    point_latest(runs[number % 2])
            finally:
                over.set()
        assert watched.result() <= {"first", "second"}

    def test_run_in_another_folder_does_not_touch_latest(self, runs: list[Path], here: Path) -> None:
        point_latest(runs[0])
        for elsewhere in (here / "elsewhere", here / "results/deeper/run"):
            elsewhere.mkdir(parents=True)
            point_latest(elsewhere)
        assert LATEST.readlink().name == "first"
        assert not (here / "latest").exists()

    def test_run_in_another_folder_creates_no_results_folder(self, here: Path) -> None:
        (here / "elsewhere").mkdir()
        point_latest(here / "elsewhere")
        assert [path.name for path in here.iterdir()] == ["elsewhere"]

    def test_real_folder_named_latest_is_refused_and_left_alone(self, runs: list[Path]) -> None:
        LATEST.mkdir()
        (LATEST / "samples.csv").write_text("precious")
        with pytest.raises(RecordError, match="latest is not a link, so it cannot point to first: rename it"):
            point_latest(runs[0])
        assert (LATEST / "samples.csv").read_text() == "precious"

    def test_dangling_latest_link_is_replaced(self, runs: list[Path]) -> None:
        LATEST.symlink_to("gone")
        point_latest(runs[0])
        assert LATEST.readlink().name == "first"

    def test_leftovers_of_an_interrupted_run_do_not_interfere(self, runs: list[Path]) -> None:
        Path(f"results/.latest-{os.getpid()}").symlink_to("gone")
        point_latest(runs[0])
        assert LATEST.readlink().name == "first"

    def test_link_that_cannot_be_created_is_reported(self, runs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(Path, "symlink_to", refuse)
        with pytest.raises(RecordError, match="latest: cannot point to first: Operation not permitted"):
            point_latest(runs[0])
