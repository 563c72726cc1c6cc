"""Runs of format version 1 stay readable: they have no groups, no labels of interpreters and no reference pass."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from bench.errors import RunNotFound
from bench.results.load import load_run
from bench.results.trace_reader import read_trace
from tests.support.command import bench
from tests.support.paths import ROOT

OLD = ROOT / "tests/results/data/version-1"
SINCE_VERSION_2 = {"interpreter", "group", "reference_s"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the old run in `old`."""
    shutil.copytree(OLD, tmp_path / "old")
    return tmp_path


def header(path: Path) -> set[str]:
    with path.open(newline="") as file:
        return set(next(csv.reader(file)))


def test_the_run_is_of_version_1() -> None:
    assert json.loads((OLD / "environment.json").read_text())["version"] == 1
    assert not SINCE_VERSION_2 & header(OLD / "samples.csv")
    assert "interpreter" not in header(OLD / "trace.csv")


def test_what_version_1_did_not_record_is_filled_in_without_a_warning() -> None:
    run = load_run(OLD)
    assert run.warnings == ()
    assert run.samples["interpreter"].astype(str).tolist() == run.samples["python"].astype(str).tolist()
    assert set(run.samples["group"]) == {0}
    assert run.samples["reference_s"].isna().all()
    assert run.interpreters == run.pythons == ["3.11.7"]


def test_both_readers_fill_it_in_alike(folder: Path) -> None:
    samples = folder / "old/samples.csv"
    fast = load_run(folder / "old").samples
    samples.write_bytes(samples.read_bytes().replace(b"\r\n", b"\n\n"))  # which only the strict reader accepts
    strict = load_run(folder / "old").samples
    assert strict.reset_index(drop=True).equals(fast.reset_index(drop=True))


def test_without_its_environment_the_header_shows_the_version(folder: Path) -> None:
    (folder / "old/environment.json").unlink()
    assert load_run(folder / "old").warnings == ()


def test_a_file_of_version_2_needs_its_columns(folder: Path) -> None:
    environment = folder / "old/environment.json"
    environment.write_text(json.dumps({**json.loads(environment.read_text()), "version": 2}))
    with pytest.raises(RunNotFound, match=r"samples\.csv: line 1: missing column: interpreter, group"):
        load_run(folder / "old")


@pytest.mark.parametrize("column", sorted(SINCE_VERSION_2 - {"reference_s"}))
def test_a_file_with_only_some_of_the_columns_is_refused(folder: Path, column: str) -> None:
    path = folder / "old/samples.csv"
    with path.open(newline="") as file:
        first, *rows = csv.reader(file)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([[*first, column], *([*row, "0"] for row in rows)])
    (missing,) = SINCE_VERSION_2 - {"reference_s", column}
    with pytest.raises(RunNotFound, match=rf"samples\.csv: line 1: missing column: {missing}"):
        load_run(folder / "old")


def test_spans_of_a_trace_have_the_version_as_label() -> None:
    spans = read_trace(OLD)
    assert len(spans) > 50
    assert {(span.interpreter, span.python) for span in spans} == {("3.11.7", "3.11.7")}


def test_the_table_of_an_old_run_has_its_speedups(folder: Path) -> None:
    done = bench(folder, "show", "old")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Best: asyncio with 8 workers" in done.stdout


def test_an_old_run_is_compared_with_itself(folder: Path) -> None:
    done = bench(folder, "compare", "old", "old/samples.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "OLD and NEW are the same run." in done.stdout


def test_an_old_run_is_drawn_reported_and_exported(folder: Path) -> None:
    for arguments, file in ((["plot", "old"], "speedup.svg"), (["report", "old"], "report.html")):
        done = bench(folder, *arguments)
        assert done.returncode == 0, done.stderr
        assert (folder / "old" / file).stat().st_size > 10_000
    done = bench(folder, "export", "old", "--to", "json")
    assert done.returncode == 0, done.stderr
    assert {case["interpreter"] for case in json.loads(done.stdout)["cases"]} == {"3.11.7"}
