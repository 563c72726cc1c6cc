"""`bench compare` as a user types it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.command import bench
from tests.support.factory import failure, pair, rounds, write_run

LOOP = [1.00, 1.01, 0.99, 1.02, 0.98]
CASE = [0.50, 0.51, 0.50, 0.49, 0.50]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs under results/, the latest slower by a quarter."""
    folder = tmp_path_factory.mktemp("compared")
    write_run(folder / "results/old", pair(LOOP, CASE))
    write_run(folder / "results/new", pair(LOOP, [time * 1.25 for time in CASE]))
    (folder / "results/latest").symlink_to("new")
    return folder


def compare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return bench(folder, "compare", *arguments)


def test_a_run_is_identified_by_name_folder_file_or_latest(folder: Path) -> None:
    done = compare(folder, "results/old/samples.csv", "latest")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Old run old, new run new\n")
    assert [line.split()[-2:] for line in done.stdout.splitlines() if line.startswith("threading")] == [
        ["5/5", "slower"]
    ]
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(("percent", "status"), [("20", 1), ("30", 0)])
def test_a_case_slower_than_allowed_is_exit_status_1(folder: Path, percent: str, status: int) -> None:
    done = compare(folder, "old", "new", "--fail-if-slower", percent)
    assert done.returncode == status
    assert "slower" in done.stdout


def test_a_case_that_is_no_longer_ok_is_exit_status_1(folder: Path) -> None:
    write_run(folder / "results/failing", [*rounds(LOOP), failure(backend="threading", workers=2)])
    done = compare(folder, "old", "failing", "--fail-if-slower", "50")
    assert done.returncode == 1
    assert "no longer ok, so --fail-if-slower fails: 1 of the cases" in done.stderr
    assert compare(folder, "failing", "old", "--fail-if-slower", "50").returncode == 0


def test_faster_cases_and_cases_within_the_threshold_never_fail(folder: Path) -> None:
    assert compare(folder, "new", "old", "--fail-if-slower", "0", "--threshold", "0").returncode == 0
    within = compare(folder, "old", "new", "--fail-if-slower", "10", "--threshold", "40")
    assert within.returncode == 0
    assert "changes within --threshold 40 % do not count as slower" in within.stderr


def test_json_output_is_one_object(folder: Path) -> None:
    comparison = json.loads(compare(folder, "old", "new", "--json", "--relative").stdout)
    assert [case["verdict"] for case in comparison["cases"]] == ["within threshold", "slower"]
    assert comparison["relative"] is True


def test_markdown_output_is_a_table(folder: Path) -> None:
    done = compare(folder, "old", "new", "--markdown")
    assert "| case | old | new | new / old [95 % interval] | trials | verdict |\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["old"], "Missing argument 'NEW'"),
        (["old", "lost"], "'lost' is not a run"),
        (["old", "broken"], "broken/samples.csv: is empty"),
        (["old", "new", "--json", "--markdown"], "--json and --markdown: use only one of them"),
        (["old", "new", "--threshold", "-1"], "Invalid value for '--threshold'"),
        (["old", "new", "--fail-if-slower", "inf"], "inf is not a percentage"),
    ],
)
def test_a_usage_error_is_a_single_message_and_exit_status_2(folder: Path, arguments: list[str], message: str) -> None:
    (folder / "results/broken").mkdir(exist_ok=True)
    (folder / "results/broken/samples.csv").touch()
    done = compare(folder, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
