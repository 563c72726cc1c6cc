"""`bench export` as a user types it."""

import json
import subprocess
from pathlib import Path

import pytest

from bench.output.export.registry import Format, exporter_of
from tests.support.command import bench
from tests.support.factory import asyncio, failure, pair, write_run

LOOP, HALF = [1.0, 1.1, 0.9, 1.0], [0.5, 0.56, 0.44, 0.5]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs under results/, one of them without an ok case."""
    folder = tmp_path_factory.mktemp("exported")
    write_run(folder / "results/good", [*pair(LOOP, HALF, workload=":boom:"), failure(**asyncio())])
    write_run(folder / "results/bad", [failure()])
    (folder / "results/latest").symlink_to("good")
    return folder


def export(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return bench(folder, "export", *arguments)


def test_each_format_writes_a_file() -> None:
    assert all(callable(exporter_of(name)) for name in Format)


def test_the_latest_run_goes_to_stdout_and_omissions_to_stderr(folder: Path) -> None:
    done = export(folder, "--to", "bencher", "--rounds", "3")
    assert done.returncode == 0, done.stderr
    assert list(json.loads(done.stdout)) == [":boom: sequential x1", ":boom: threading x2"]
    assert "left out: 2 samples of later rounds (--rounds)" in done.stderr
    assert "left out: work asyncio x1: error in 1 of 1 trial: ValueError: no luck" in done.stderr


def test_an_output_file_can_be_named(folder: Path, tmp_path: Path) -> None:
    done = export(folder, "good", "--to", "markdown", "-o", str(tmp_path / "run.md"))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "run.md").read_text(encoding="utf-8").startswith("**Run good: 4 rounds**")


@pytest.mark.parametrize(
    ("arguments", "message", "status"),
    [
        (["--to", "excel"], "'excel' is not one of 'bencher'", 2),
        ([], "Missing option '--to'", 2),
        (["lost", "--to", "json"], "'lost' is not a run", 2),
        (["bad", "--to", "pyperf"], "bad: no case is ok, so there is nothing to export", 2),
        (["--to", "json", "-o", "results/latest/samples.csv"], "is a file of the run itself; choose another file", 2),
        (
            ["--to", "json", "-o", "results/good/environment.json"],
            "is a file of the run itself; choose another file",
            2,
        ),
        (["--to", "json", "-o", "nowhere/run.json"], "cannot be written: No such file or directory", 1),
    ],
)
def test_an_error_is_a_single_message(folder: Path, arguments: list[str], message: str, status: int) -> None:
    done = export(folder, *arguments)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
