"""`bench report` as a user types it."""

import subprocess
from pathlib import Path

import pytest

from bench.output.charts.registry import kind_named
from bench.output.html import embedded_charts
from tests.support.command import bench
from tests.support.factory import pair, write_run

LOOP = [1.0, 1.1, 0.9]
HALF = [0.5, 0.56, 0.44]


def reported(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    write_run(folder / "results/one", pair(LOOP, HALF))
    write_run(folder / "results/two", pair(LOOP, HALF))
    return bench(folder, "report", *arguments)


def test_the_page_is_written_beside_the_samples_and_its_path_printed(tmp_path: Path) -> None:
    done = reported(tmp_path, "one")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / done.stdout.strip()).samefile(tmp_path / "results/one/report.html")


def test_several_runs_share_one_file_that_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_charts, "kinds", lambda: [kind_named("speedup")])  # the others take seconds
    done = reported(tmp_path, "one", "results/two", "-o", "deep/page.html")
    assert (done.returncode, done.stdout) == (0, "deep/page.html\n")
    page = (tmp_path / "deep/page.html").read_text(encoding="utf-8")
    assert 'href="../results/one/samples.csv"' in page
    assert 'href="../results/two/samples.csv"' in page


def test_run_files_are_not_overwritten(tmp_path: Path) -> None:
    done = reported(tmp_path, "one", "-o", "results/one/samples.csv")
    assert done.returncode == 2
    assert "results/one/samples.csv: is a file of the run itself" in done.stderr
    assert (tmp_path / "results/one/samples.csv").read_text().startswith("run,")


def test_a_missing_run_is_named(tmp_path: Path) -> None:
    done = reported(tmp_path, "three")
    assert done.returncode == 2
    assert "'three' is not a run" in done.stderr
    assert done.stdout == ""
