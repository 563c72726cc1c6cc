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
    told: dict[str, Any] = json.loads((folder / "environment.json").read_text())
    return told


def test_a_run_says_from_its_start_how_to_do_it_again(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        told = facts(record.folder)
    assert (told["run"], told["label"]) == (record.folder.name, "before the change")
    assert (told["command"], told["seed"], told["effort"]["rounds"]) == (["run", "work.py"], 42, 5)
    assert list(told["workload_files"]) == [str(workload_file)]
    assert told["interpreters"][0]["version"] == INTERPRETER.version
    assert told["machine"]["cores_usable"] >= 1
    assert (told["finished_at"], told["rounds_done"]) == (None, None)


def test_samples_are_there_before_the_run_is_whole(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        record.append([sample(value=0), sample(value=1)])
        with (record.folder / "samples.csv").open(newline="") as file:
            assert [row["value"] for row in csv.DictReader(file)] == ["0", "1"]


def test_a_fact_that_is_noted_takes_the_place_of_the_one_before_and_stays(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        started = facts(record.folder)
        record.note({"warnings": [{"kind": "load"}], "memory_measure": None})
        record.note({"warnings": []})
        record.note_ceilings([])
        assert facts(record.folder) == {**started, "warnings": [], "memory_measure": None}


def test_a_whole_run_says_so_and_is_the_latest(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        started = facts(record.folder)
        record.finish(rounds_done=4)
    told = facts(record.folder)
    assert told == {**started, "rounds_done": 4, "finished_at": told["finished_at"]}
    assert told["finished_at"] >= told["started_at"]
    assert Path("results/latest").readlink().name == record.folder.name


def test_a_run_that_was_interrupted_is_not_the_latest(workload_file: Path) -> None:
    with record_of(workload_file) as whole:
        whole.finish(rounds_done=5)
    broken = record_of(workload_file)
    with pytest.raises(KeyboardInterrupt), broken:
        raise KeyboardInterrupt
    assert broken.folder != whole.folder
    assert facts(broken.folder)["finished_at"] is None
    assert Path("results/latest").readlink().name == whole.folder.name


def test_the_pointer_moves_before_the_run_is_called_whole(workload_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that of a run that is killed in between nothing is left undone for good."""
    seen: list[str | None] = []
    monkeypatch.setattr(run_folder, "point_latest", lambda run: seen.append(facts(run)["finished_at"]))
    with record_of(workload_file) as record:
        record.finish(rounds_done=5)
    assert seen == [None]


def test_a_run_whose_pointer_cannot_move_is_whole_all_the_same(workload_file: Path) -> None:
    Path("results/latest").mkdir(parents=True)
    with record_of(workload_file) as record, pytest.raises(RecordError, match="latest is not a link"):
        record.finish(rounds_done=5)
    assert facts(record.folder)["rounds_done"] == 5


def test_of_runs_that_begin_at_once_in_one_empty_folder_one_goes_on(
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


def test_where_the_record_cannot_be_begun_the_call_is_wrong_and_no_folder_is_left(
    workload_file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RecordError("environment.json: cannot be written: No space left on device")

    monkeypatch.setattr(environment_json, "write", full)
    with pytest.raises(UsageError, match="No space left on device"):
        record_of(workload_file, here / "mine")
    assert not (here / "mine").exists()


def test_what_is_noted_later_joins_the_facts(workload_file: Path) -> None:
    with record_of(workload_file) as record:
        before = facts(record.folder)
        record.note({"another_run": {"pid": 7, "folder": "/there"}})
        assert facts(record.folder) == {**before, "another_run": {"pid": 7, "folder": "/there"}}


def test_a_run_never_goes_where_another_one_is(workload_file: Path, here: Path) -> None:
    with record_of(workload_file, here / "mine") as first:
        first.append([sample()])
    before = (here / "mine/samples.csv").read_bytes()
    with pytest.raises(UsageError, match="is not empty"):
        record_of(workload_file, here / "mine")
    assert (here / "mine/samples.csv").read_bytes() == before
