"""The runs under results/: listing them, summarising them and removing them."""

import fcntl
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import RecordError, UsageError
from bench.results.catalogue import StoredRun, stored_run, stored_runs
from bench.results.overview import RunState, run_overview
from bench.results.removal import parse_age, remove, select_named, select_old
from tests.support.factory import failure, pair, write_run

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def store(name: str, started_at: Any = None, finished_at: Any = "2026-01-02T03:09:00+00:00") -> Path:
    """A run of two cases and three rounds under results/."""
    samples = pair([1.0, 1.1, 0.9], [0.5, 0.5, 0.5])
    return write_run(Path("results") / name, samples, {"started_at": started_at, "finished_at": finished_at})


def day(number: int) -> str:
    return f"2026-01-{number:02}T00:00:00+00:00"


def names(runs: list[StoredRun]) -> list[str]:
    return [run.name for run in runs]


@contextmanager
def measuring(folder: Path) -> Iterator[None]:
    """Hold the lock of a run that is being measured."""
    with (folder / "samples.csv").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("here")
class TestFolders:
    def test_without_a_results_folder_there_are_no_runs(self) -> None:
        assert stored_runs() == []
        Path("results").mkdir()
        assert stored_runs() == []

    def test_runs_are_sorted_by_start_with_unknown_starts_first(self) -> None:
        store("b", day(2))
        store("a", day(3))
        store("2026-01-01T030405Z-2")
        store("unknown", "soon")
        assert names(stored_runs()) == ["unknown", "2026-01-01T030405Z-2", "b", "a"]

    def test_folders_and_files_that_are_not_runs_are_ignored(self) -> None:
        store("real", day(1))
        Path("results/latest").symlink_to("real")
        Path("results/link").symlink_to("real")
        Path("results/empty").mkdir()
        Path("results/file").touch()
        write_run(Path("results/group/inner"), pair([1.0], [0.5]))
        assert [(run.name, run.is_latest) for run in stored_runs()] == [("real", True)]

    def test_size_counts_all_files_and_does_not_follow_links(self) -> None:
        folder = store("run")
        Path("big").write_bytes(b"x" * 10_000_000)
        (folder / "link").symlink_to(Path("big").resolve())
        (folder / "deeper").mkdir()
        (folder / "deeper/chart.png").write_bytes(b"x" * 1000)
        (run,) = stored_runs()
        assert dict(run.files)[Path("deeper/chart.png")] == 1000
        assert 1000 < run.size_bytes < 10_000

    @pytest.mark.parametrize("text", ["[" * 100_000, "[1]", "{}", '{"started_at": 3}', '{"started_at": "9999-99-99"}'])
    def test_a_broken_environment_leaves_the_start_unknown(self, text: str) -> None:
        (store("run") / "environment.json").write_text(text)
        assert stored_runs()[0].started_at is None


@pytest.mark.usefixtures("here")
class TestContents:
    def test_contents_summarise_what_was_measured_and_the_outcome(self) -> None:
        samples = [*pair([1.0, 1.1], [0.5, 0.5]), failure(round=1, backend="asyncio")]
        overview = run_overview(stored_run(write_run(Path("results/run"), samples, {"finished_at": day(1)})))
        assert (overview.state, overview.rounds, overview.cases, overview.workloads) == (
            RunState.WHOLE,
            2,
            3,
            ("work",),
        )
        assert overview.statuses == {"ok": 4, "error": 1}

    @pytest.mark.parametrize(
        ("environment", "state"),
        [({"finished_at": None}, RunState.CUT_OFF), ({}, RunState.UNKNOWN), (None, RunState.UNKNOWN)],
    )
    def test_an_unfinished_run_is_cut_off(self, environment: dict[str, Any] | None, state: RunState) -> None:
        folder = write_run(Path("results/run"), pair([1.0], [0.5]), environment)
        assert run_overview(stored_run(folder)).state is state

    def test_a_run_being_measured_is_not_broken(self) -> None:
        folder = store("run", finished_at=None)
        with measuring(folder):
            assert run_overview(stored_run(folder)).state is RunState.BEING_MEASURED

    @pytest.mark.parametrize("text", ["", "\x00", "run,round\n1,2\n"])
    def test_a_broken_run_has_an_error_message(self, text: str) -> None:
        folder = store("run")
        (folder / "samples.csv").write_text(text)
        overview = run_overview(stored_run(folder))
        assert overview.problem is not None
        assert "run/samples.csv: " in overview.problem


class TestAge:
    @given(st.integers(0, 99_999))
    def test_ages_are_days_or_hours(self, number: int) -> None:
        assert parse_age(f"{number}d") == timedelta(days=number)
        assert parse_age(f" {number}h ") == timedelta(hours=number)

    @given(st.text())
    def test_other_ages_are_refused(self, text: str) -> None:
        if text.strip()[:-1].isascii() and text.strip()[:-1].isdigit() and text.strip()[-1] in "dh":
            return
        with pytest.raises(UsageError, match="expected days or hours, such as 30d or 12h"):
            parse_age(text)


@pytest.mark.usefixtures("here")
class TestByRule:
    def runs(self) -> list[StoredRun]:
        for number in (1, 10, 20, 30):
            store(f"day-{number}", day(number))
        return stored_runs()

    def test_keep_removes_all_but_the_newest(self) -> None:
        assert names(select_old(self.runs(), 1, None)[0]) == ["day-1", "day-10", "day-20"]
        assert select_old(self.runs(), 4, None) == ([], [])
        assert len(select_old(self.runs(), 0, None)[0]) == 4

    def test_before_removes_older_runs(self) -> None:
        assert names(select_old(self.runs(), None, timedelta(days=12), NOW)[0]) == ["day-1", "day-10"]

    def test_with_both_rules_only_runs_matching_both_are_removed(self) -> None:
        assert names(select_old(self.runs(), 3, timedelta(days=12), NOW)[0]) == ["day-1"]
        assert names(select_old(self.runs(), 1, timedelta(days=25), NOW)[0]) == ["day-1"]

    def test_a_run_with_an_unknown_start_is_kept_and_reported(self) -> None:
        store("unknown")
        chosen, remarks = select_old(stored_runs(), None, timedelta(0), NOW)
        assert chosen == []
        assert remarks == ["unknown: kept because its start time is unknown; name it to remove it"]

    def test_a_run_being_measured_is_kept_and_reported(self) -> None:
        folder = store("run", day(1))
        with measuring(folder):
            assert select_old(stored_runs(), 0, None) == ([], ["run: kept because it is being measured"])

    def test_a_committed_run_is_neither_counted_nor_removed(self) -> None:
        store("sample", day(31))
        for command in (["init", "-q"], ["add", "results/sample/samples.csv"]):
            subprocess.run(["git", *command], check=True, capture_output=True)
        chosen, remarks = select_old(self.runs(), 1, None)
        assert names(chosen) == ["day-1", "day-10", "day-20"]
        assert remarks == ["sample: kept because it is committed; name it to remove it"]
        assert names(select_named(stored_runs(), ["sample"])) == ["sample"]


@pytest.mark.usefixtures("here")
class TestNamed:
    def test_a_run_may_be_named_by_path_or_latest_and_repeatedly(self) -> None:
        store("run")
        Path("results/latest").symlink_to("run")
        assert names(select_named(stored_runs(), ["run", "results/run", "results/run/", "latest"])) == ["run"]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("lost", "is not a run in results/"),
            ("", "is not a folder directly in results/"),
            ("..", "is not a folder directly in results/"),
            ("results", "is not a run in results/"),
            ("/", "is not a folder directly in results/"),
            ("results/../outside", "is not a folder directly in results/"),
            ("group/inner", "is not a folder directly in results/"),
            ("group", "is a folder without samples.csv"),
            ("link", "is a link, not a run"),
            ("latest", "is a link that does not point to a run directly in results/"),
        ],
    )
    def test_anything_but_a_run_directly_under_results_is_refused(self, text: str, reason: str) -> None:
        outside = write_run(Path("outside"), pair([1.0], [0.5]))
        write_run(Path("results/group/inner"), pair([1.0], [0.5]))
        for link in ("link", "latest"):
            Path("results", link).symlink_to(outside.resolve())
        with pytest.raises(UsageError, match=f"{reason}.*Nothing was removed"):
            select_named(stored_runs(), [text])

    def test_a_run_being_measured_is_refused(self) -> None:
        with measuring(store("run")), pytest.raises(UsageError, match=r"run is being measured\. Nothing was removed"):
            select_named(stored_runs(), ["run"])

    def test_a_run_that_contains_another_is_refused(self) -> None:
        store("run")
        store("run/deeper/inner")
        with pytest.raises(UsageError, match="run contains another run, deeper/inner; move that one first"):
            select_named(stored_runs(), ["run"])


@pytest.mark.usefixtures("here")
class TestRemove:
    def test_the_folder_is_removed_and_link_targets_stay(self) -> None:
        outside = write_run(Path("outside"), pair([1.0], [0.5]))
        folder = store("run")
        (folder / "folder").symlink_to(outside.resolve())
        (folder / "file").symlink_to((outside / "samples.csv").resolve())
        other = store("other")
        remove(stored_run(folder))
        assert not folder.exists()
        assert (outside / "samples.csv").is_file()
        assert (other / "samples.csv").is_file()

    def test_a_run_that_began_to_be_measured_meanwhile_stays(self) -> None:
        run = stored_run(store("run"))
        with measuring(run.folder), pytest.raises(RecordError, match="is being measured and was not removed"):
            remove(run)
        assert (run.folder / "samples.csv").is_file()

    def test_a_run_removed_meanwhile_is_a_single_error(self) -> None:
        run = stored_run(store("run"))
        remove(run)
        with pytest.raises(RecordError, match="cannot be removed completely: No such file"):
            remove(run)


def test_a_start_without_a_zone_is_read_as_utc(here: Path) -> None:
    folder = store("run")
    (folder / "environment.json").write_text(json.dumps({"started_at": "2026-01-05T00:00:00"}))
    assert stored_run(folder).started_at == datetime(2026, 1, 5, tzinfo=UTC)
