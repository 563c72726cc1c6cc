import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cases import INTERPRETER, case, plan
from factory import sample

from bench.errors import UsageError
from bench.record.run_record import RunRecord


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


def test_a_run_never_goes_where_another_one_is(workload_file: Path, here: Path) -> None:
    with record_of(workload_file, here / "mine") as first:
        first.append([sample()])
    before = (here / "mine/samples.csv").read_bytes()
    with pytest.raises(UsageError, match="already holds something"):
        record_of(workload_file, here / "mine")
    assert (here / "mine/samples.csv").read_bytes() == before
