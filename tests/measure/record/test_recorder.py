import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bench.errors import RecordError, UsageError
from bench.measure.record import environment_json, run_folder
from bench.measure.record.recorder import RunRecord
from tests.support.cases import INTERPRETER, case, plan
from tests.support.factory import sample


@pytest.fixture
def workload_file(here: Path) -> Path:
    path = here / "work.py"
    path.write_text("x = 1\n")
    return path


def record_of(workload_file: Path, output: Path | None = None) -> RunRecord:
    run = plan(case(path=str(workload_file)), rounds=5, seed=42)
    return RunRecord.begin(run, [INTERPRETER], ["run", "work.py"], "before the change", output)


def facts(folder: Path) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads((folder / "environment.json").read_text())
    return recorded


def test_run_records_how_to_repeat_it_from_the_start(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        recorded = facts(record.folder)
    assert (recorded["run"], recorded["label"]) == (record.folder.name, "before the change")
    assert (recorded["command"], recorded["seed"], recorded["effort"]["rounds"]) == (["run", "work.py"], 42, 5)
    assert list(recorded["workload_files"]) == [str(workload_file)]
    assert recorded["interpreters"][0]["version"] == INTERPRETER.version
    assert recorded["machine"]["cores_usable"] >= 1
    assert (recorded["finished_at"], recorded["rounds_done"]) == (None, None)


def test_samples_are_on_disk_before_the_run_is_complete(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        record.append([sample(value=0), sample(value=1)])
        with (record.folder / "samples.csv").open(newline="") as file:
            assert [row["value"] for row in csv.DictReader(file)] == ["0", "1"]


def test_recorded_fact_replaces_the_previous_one_and_persists(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        started = facts(record.folder)
        record.note({"warnings": [{"kind": "load"}], "memory_measure": None})
        record.note({"warnings": []})
        record.note_ceilings([])
        assert facts(record.folder) == {**started, "warnings": [], "memory_measure": None}


def test_complete_run_is_marked_complete_and_becomes_latest(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        started = facts(record.folder)
        record.finish(rounds_done=4)
    recorded = facts(record.folder)
    assert recorded == {**started, "rounds_done": 4, "finished_at": recorded["finished_at"]}
    assert recorded["finished_at"] >= recorded["started_at"]
    assert Path("results/latest").readlink().name == record.folder.name


def test_interrupted_run_does_not_become_latest(workload_file: Path) -> None:
    with record_of(workload_file) as whole:
        whole.finish(rounds_done=5)
    broken = record_of(workload_file)
    with pytest.raises(KeyboardInterrupt), broken:
        raise KeyboardInterrupt
    assert broken.folder != whole.folder
    assert facts(broken.folder)["finished_at"] is None
    assert Path("results/latest").readlink().name == whole.folder.name


def test_latest_link_moves_before_the_run_is_marked_complete(
    workload_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a run killed between the two steps can still be resumed or repeated."""
    seen: list[str | None] = []
    monkeypatch.setattr(run_folder, "point_latest", lambda run: seen.append(facts(run)["finished_at"]))
    with record_of(workload_file) as record:
        record.finish(rounds_done=5)
    assert seen == [None]


def test_run_is_complete_even_if_the_latest_link_cannot_move(workload_file: Path) -> None:
    Path("results/latest").mkdir(parents=True)
    with record_of(workload_file) as record, pytest.raises(RecordError, match="latest is not a link"):
        record.finish(rounds_done=5)
    assert facts(record.folder)["rounds_done"] == 5


def test_only_one_of_two_simultaneous_runs_gets_an_empty_folder(
    workload_file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "create", lambda output: output)  # both found the folder empty
    (here / "mine").mkdir()
    with record_of(workload_file, here / "mine") as first:
        before = facts(first.folder)
        with pytest.raises(UsageError, match="already holds a run: choose a new folder"):
            record_of(workload_file, here / "mine")
        first.append([sample()])
        assert facts(first.folder) == before


def test_record_that_cannot_be_started_is_a_usage_error_and_leaves_no_folder(
    workload_file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RecordError("environment.json: cannot be written: No space left on device")

    monkeypatch.setattr(environment_json, "write", full)
    with pytest.raises(UsageError, match="No space left on device"):
        record_of(workload_file, here / "mine")
    assert not (here / "mine").exists()


def test_later_facts_are_added_to_the_environment(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        before = facts(record.folder)
        record.note({"another_run": {"pid": 7, "folder": "/there"}})
        assert facts(record.folder) == {**before, "another_run": {"pid": 7, "folder": "/there"}}


def test_run_never_uses_the_folder_of_another_run(workload_file: Path, here: Path) -> None:
    with record_of(workload_file, here / "mine") as first:
        first.append([sample()])
    before = (here / "mine/samples.csv").read_bytes()
    with pytest.raises(UsageError, match="is not empty"):
        record_of(workload_file, here / "mine")
    assert (here / "mine/samples.csv").read_bytes() == before
