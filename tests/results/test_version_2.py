"""Runs of format version 2 stay readable: they have no scaling and no metrics."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from bench.analysis.summary import summarise
from bench.errors import RunNotFound
from bench.results.load import load_run
from tests.support.command import bench
from tests.support.paths import ROOT

OLD = ROOT / "tests/results/data/version-2"


def test_the_run_is_of_version_2() -> None:
    assert json.loads((OLD / "environment.json").read_text())["version"] == 2
    with (OLD / "samples.csv").open(newline="") as file:
        header = set(next(csv.reader(file)))
    assert "reference_s" in header
    assert not {"scaling", "metrics"} & header


def test_what_version_2_did_not_record_is_filled_in_without_a_warning() -> None:
    run = load_run(OLD)
    assert run.warnings == ()
    assert set(run.samples["scaling"].astype(str)) == {"strong"}
    assert run.samples["metrics"].isna().all()
    assert any(case.speedup for case in summarise(run))


@pytest.mark.parametrize("cell", ["{}]", "[1]", '{"a": "b"}', '{"a": NaN}', '{"a": true}', f'{{"a": {"9" * 400}}}'])
def test_metrics_must_be_numbers_by_name(cell: str, tmp_path: Path) -> None:
    with (OLD / "samples.csv").open(newline="") as file:
        lines = list(csv.reader(file))
    with (tmp_path / "samples.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[*line, "metrics" if number == 0 else cell] for number, line in enumerate(lines)])
    with pytest.raises(RunNotFound, match=r"line 2: .*metrics"):
        load_run(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the old run in `old`."""
    shutil.copytree(OLD, tmp_path / "old")
    return tmp_path


def test_a_file_of_version_3_needs_its_scaling(folder: Path) -> None:
    environment = folder / "old/environment.json"
    environment.write_text(json.dumps({**json.loads(environment.read_text()), "version": 3}))
    with pytest.raises(RunNotFound, match=r"samples\.csv: line 1: missing column: scaling; files of format version 3"):
        load_run(folder / "old")


def test_an_old_run_is_shown_compared_and_exported(folder: Path) -> None:
    for arguments in (["show", "old"], ["compare", "old", "old"], ["export", "old", "--to", "json"]):
        done = bench(folder, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
    assert {case["scaling"] for case in json.loads(done.stdout)["cases"]} == {"strong"}


def test_an_old_run_cannot_be_resumed(folder: Path) -> None:
    done = bench(folder, "run", "--resume", "old")
    assert done.returncode == 2
    assert "has another format version than 3" in done.stderr
