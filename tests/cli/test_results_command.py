"""`bench results` as a user types it."""

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.command import COMMAND, bench, bench_started, wait_until
from tests.support.factory import pair, varied_run, write_run
from tests.support.paths import WORKLOADS

EVIL = "\x1b[2J[red]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three runs under results/, the last of them the latest."""
    for number in (1, 2, 3):
        environment = {
            "started_at": f"2026-01-0{number}T00:00:00+00:00",
            "finished_at": None if number == 2 else f"2026-01-0{number}T00:05:00+00:00",
            "command": ["run", "work", "--label", "two words"],
            "label": "two words",
            "seed": 7,
            "interpreters": [{"version": "3.11.7", "executable": "/usr/bin/python3"}],
        }
        write_run(tmp_path / f"results/run-{number}", pair([1.0, 1.1, 0.9], [0.5, 0.5, 0.5]), environment)
    (tmp_path / "results/latest").symlink_to("run-3")
    return tmp_path


def results(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return bench(folder, "results", *arguments)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "results").iterdir() if not path.is_symlink())


def test_the_list_has_one_row_per_run_with_the_newest_last(folder: Path) -> None:
    done = results(folder, "list")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "run-" in line]
    assert [row[:4] for row in rows] == [
        ["run-1", "2026-01-01", "3", "2"],
        ["run-2", "2026-01-02", "3", "2"],
        ["run-3", "2026-01-03", "3", "2"],
    ]
    assert [" ".join(row[6:]) for row in rows] == ["whole work", "cut off work", "whole, work"]
    assert "latest" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_names_and_workloads_are_complete_at_80_columns(tmp_path: Path) -> None:
    for name in ("2026-01-02T030405Z-12", "a-long-name-" * 5):
        varied_run(tmp_path / "results" / name, number_of_rounds=1)
    write_run(tmp_path / "results/2026-01-03T030405Z", pair([1.0], [0.5], workload="abcdefghij" * 4))
    (tmp_path / "results/latest").symlink_to("2026-01-02T030405Z-12")
    text = results(tmp_path, "list").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "2026-01-02T030405Z-12 2026-01-02" in text
    assert "sqlite-inserts" in text
    assert "abcdefghij" * 4 in "".join(line[63:].strip() for line in text.splitlines())
    assert "a-long-name-" * 5 in "".join(line[:21].strip() for line in text.splitlines())


def test_the_list_is_available_as_json(folder: Path) -> None:
    runs = json.loads(results(folder, "list", "--json").stdout)
    assert [(run["name"], run["state"], run["latest"], run["wrong"]) for run in runs] == [
        ("run-1", "whole", False, None),
        ("run-2", "cut off", False, None),
        ("run-3", "whole", True, None),
    ]
    assert runs[0]["started_at"] == "2026-01-01T00:00:00+00:00"


def test_a_broken_run_is_listed_with_its_error(folder: Path) -> None:
    (folder / "results/run-2/samples.csv").write_text("")
    (folder / f"results/{EVIL}").mkdir()
    (folder / f"results/{EVIL}/samples.csv").write_text(f"{EVIL}\n")
    done = results(folder, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing was measured" in " ".join(done.stdout.split())
    assert "\x1b" not in done.stdout
    assert len(json.loads(results(folder, "list", "--json").stdout)) == 4
    shown = results(folder, "show", EVIL)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "missing column" in shown.stdout


def test_without_runs_the_list_says_so(tmp_path: Path) -> None:
    done = results(tmp_path, "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no runs in results/: `bench run` creates one\n"
    assert json.loads(results(tmp_path, "list", "--json").stdout) == []


def test_show_prints_the_facts_of_the_latest_run(folder: Path) -> None:
    done = results(folder, "show")
    assert done.returncode == 0, done.stderr
    facts = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for fact in (
        "state whole, latest",
        "samples 6 ok",
        "label two words",
        "seed 7",
        "command bench run work --label 'two words'",
        "interpreter 3.11.7 /usr/bin/python3",
        "to show it bench show run-3",
        "to plot it bench plot run-3",
    ):
        assert fact in facts
    assert [fact for fact in facts if fact.startswith("file samples.csv (")]


def test_a_removal_without_a_terminal_is_a_dry_run(folder: Path) -> None:
    done = results(folder, "remove", "--keep", "1")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["run-1", "run-2"]
    assert "nothing removed; --yes removes 2 runs, " in done.stderr
    assert left(folder) == ["run-1", "run-2", "run-3"]


def test_yes_removes_without_asking(folder: Path) -> None:
    done = results(folder, "remove", "--keep", "1", "--yes")
    assert done.returncode == 0, done.stderr
    assert "removed 2 runs, " in done.stderr
    assert left(folder) == ["run-3"]
    assert (folder / "results/latest").resolve().name == "run-3"


def test_old_runs_can_be_chosen(folder: Path) -> None:
    assert "nothing to remove" in results(folder, "remove", "--older-than", "99999d").stderr
    assert len(results(folder, "remove", "--older-than", "0h").stdout.splitlines()) == 3


def test_latest_moves_to_the_newest_remaining_complete_run(folder: Path) -> None:
    done = results(folder, "remove", "run-3", "--yes")
    assert "results/latest pointed to a removed run: it now points to run-1" in done.stderr
    assert (folder / "results/latest").readlink() == Path("run-1")


def test_latest_is_removed_with_the_last_complete_run(folder: Path) -> None:
    done = results(folder, "remove", "latest", "run-1", "--yes")
    assert "results/latest removed: no complete run is left" in done.stderr
    assert left(folder) == ["run-2"]
    assert not (folder / "results/latest").is_symlink()


@pytest.mark.parametrize(("answer", "stays"), [("y", False), ("n", True), ("", True)])
def test_a_removal_in_a_terminal_asks_for_confirmation(folder: Path, answer: str, stays: bool) -> None:
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(
            [*COMMAND, "results", "remove", "run-1"],
            cwd=folder,
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert "Remove 1 run, " in done.stderr
    assert ("run-1" in left(folder)) is stays
    assert ("nothing removed" in done.stderr) is stays


def test_a_run_being_measured_is_not_removed(tmp_path: Path) -> None:
    file = tmp_path / "results/now/samples.csv"
    few = ["-p", "count=1", "-b", "threading", "-w", "1", "--no-baseline", "--cycles", "1"]
    endless = ["run", str(WORKLOADS / "waits.py"), *few, "--rounds", "100000", "-o", "results/now"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with bench_started(tmp_path, *endless, **quiet) as measuring:
        try:
            wait_until(lambda: file.is_file() and file.stat().st_size > 400)  # the header and a row or two
            done = results(tmp_path, "remove", "now", "--yes")
            assert json.loads(results(tmp_path, "list", "--json").stdout)[0]["state"] == "being measured"
        finally:
            measuring.send_signal(signal.SIGINT)
            measuring.wait(60)
    assert done.returncode == 2
    assert "now is being measured. Nothing was removed" in done.stderr
    assert results(tmp_path, "remove", "now", "--yes").returncode == 0
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["remove"], "give either names of runs or --keep and --older-than"),
        (["remove", "run-1", "--keep", "1"], "give either names of runs or"),
        (["remove", "run-1", "lost", "--yes"], "'lost' is not a run in results/"),
        (["remove", "../elsewhere", "--yes"], "is not a folder directly in results/"),
        (["remove", "--older-than", "soon"], "expected days or hours, such as 30d or 12h"),
        (["remove", "--keep", "-1"], "Invalid value for '--keep'"),
        (["show", "lost"], "'lost' is not a run"),
    ],
)
def test_a_usage_error_removes_nothing_and_is_exit_status_2(folder: Path, arguments: list[str], message: str) -> None:
    done = results(folder, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert left(folder) == ["run-1", "run-2", "run-3"]
