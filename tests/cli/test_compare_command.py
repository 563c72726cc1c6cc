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


@pytest.fixture(scope="module")
def two_interpreters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two interpreters, the new one slower by a quarter, and a case that only the old one has."""
    folder = tmp_path_factory.mktemp("interpreters")
    old, new = {"interpreter": "old"}, {"interpreter": "new", "python": "3.14.0"}
    alone = rounds(CASE, backend="asyncio", **old)
    samples = [*pair(LOOP, CASE, **old), *pair(LOOP, [time * 1.25 for time in CASE], **new), *alone]
    write_run(folder / "results/both", samples)
    (folder / "results/latest").symlink_to("both")
    return folder


@pytest.mark.parametrize(("percent", "status"), [("20", 1), ("30", 0)])
def test_interpreters_of_one_run_are_compared(two_interpreters: Path, percent: str, status: int) -> None:
    done = compare(two_interpreters, "latest", "--between", "old", "new", "--fail-if-slower", percent)
    assert (done.returncode, done.stderr) == (status, "")
    text = " ".join(done.stdout.split())
    assert text.startswith("Run both: old interpreter old, new interpreter new Python: 3.11.7 in OLD, 3.14.0 in NEW")
    assert "threading x2 500 ms 625 ms 1.25x deterministic 5/5 slower" in text
    assert "! Only in OLD: work asyncio x1." in text
    assert "Times are compared cycle by cycle" in text


def test_interpreters_are_compared_as_markdown_and_json(two_interpreters: Path) -> None:
    markdown = compare(two_interpreters, "both", "--between", "old", "new", "--markdown").stdout
    assert "**Run both: old interpreter old, new interpreter new**" in markdown
    comparison = json.loads(compare(two_interpreters, "both", "--between", "old", "new", "--json").stdout)
    assert (comparison["old"], comparison["new"], comparison["within"]) == ("old", "new", "both")
    assert {case["basis"] for case in comparison["cases"]} == {"paired by cycle"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--between", "old", "newer"], "both: has no interpreter 'newer'; it has old, new"),
        (["--between", "old", "old"], "'old' is compared with itself"),
        (
            ["both", "--between", "old", "new"],
            "--between compares interpreters of one run, but 'both' is given as well",
        ),
        (["--between", "old", "new", "--relative"], "--between and --relative"),
        (["--between", "old"], "Option '--between' requires 2 arguments"),
    ],
)
def test_wrong_uses_of_between_are_explained(two_interpreters: Path, arguments: list[str], message: str) -> None:
    done = compare(two_interpreters, "both", *arguments)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


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
