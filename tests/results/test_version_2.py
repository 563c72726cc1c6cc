"""Runs of format version 2 stay readable: they have no scaling and no metrics."""

import csv
import json
from pathlib import Path

import pytest

from bench.analysis.summary import summarise
from bench.errors import RunNotFound
from bench.results.load import load_run
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


@pytest.mark.parametrize("cell", ["{}]", "[1]", '{"a": "b"}', '{"a": NaN}', '{"a": true}'])
def test_metrics_must_be_numbers_by_name(cell: str, tmp_path: Path) -> None:
    with (OLD / "samples.csv").open(newline="") as file:
        lines = list(csv.reader(file))
    with (tmp_path / "samples.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[*line, "metrics" if number == 0 else cell] for number, line in enumerate(lines)])
    with pytest.raises(RunNotFound, match=r"line 2: .*metrics"):
        load_run(tmp_path)
