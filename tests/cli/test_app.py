"""The command as a user types it: workloads are found, mistakes are reported, and the shell completes its words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import bench


def test_a_dry_run_prints_the_cases_and_measures_nothing(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", "sqrt-sum", "--dry-run")
    assert done.returncode == 0
    assert "sqrt-sum  multiprocessing" in done.stdout
    assert "at most about 1 min" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "sqrt-sun"], "unknown workload 'sqrt-sun': did you mean sqrt-sum?"),
        (["run", "sqrt-sum", "-b", "treads"], "unknown backend 'treads': did you mean threading"),
        (["run", "sqrt-sum", "-b", "multiprocessing:span"], "did you mean spawn?"),
        (["run", "sqrt-sum", "-w", "0"], "'0' is an invalid worker count"),
        (["run", "sqrt-sum", "-w", "two"], "'two' is an invalid worker count"),
        (["run", "sqrt-sum", "-p", "m=3"], "unknown parameter 'm': available: n, tasks"),
        (["run", "sqrt-sum", "-p", "n=many"], "'many' is not a whole number"),
        (["run", "sqlite-inserts", "-p", "journal=paper"], "unknown journal 'paper': available: delete, wal"),
        (["run", "nowhere.py"], "no such file"),
        (["run", "broken.py"], "broken.py:2: SyntaxError"),
        (["run", "raising.py"], "ZeroDivisionError: division by zero (raising.py:3)"),
        (["run", "empty.py"], "defines no workload"),
        (["show"], "no runs yet"),
        (["show", "elsewhere"], "'elsewhere' is not a run"),
        (["plot", "elsewhere"], "'elsewhere' is not a run"),
    ],
)
def test_a_usage_error_is_a_single_message_and_exit_status_2(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "broken.py").write_text("from bench import workload\ndef f(:\n")
    (tmp_path / "raising.py").write_text("from bench import workload\n\n1 / 0\n")
    (tmp_path / "empty.py").write_text("")
    done = bench(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.startswith("bench: error: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
    assert not (tmp_path / "results").exists()


def test_two_files_with_the_same_workload_name_are_both_reported(tmp_path: Path) -> None:
    (tmp_path / "workloads").mkdir()
    (tmp_path / "workloads/mine.py").write_text(
        "from bench import workload\n@workload(items=[1], name='sqrt-sum')\ndef other(item): ...\n"
    )
    done = bench(tmp_path, "list")
    assert done.returncode == 2
    assert "mine.py" in done.stderr
    assert "sqrt_sum.py" in done.stderr


def test_workloads_in_the_current_folders_workloads_are_discovered(tmp_path: Path) -> None:
    (tmp_path / "workloads").mkdir()
    (tmp_path / "workloads/mine.py").write_text(
        "from bench import workload\n@workload(items=[1])\ndef my_own(item):\n    '''Mine.'''\n"
    )
    catalogue = json.loads(bench(tmp_path, "list", "--json").stdout)
    assert "my-own" in [line["name"] for line in catalogue["workloads"]]
    assert "Mine." in bench(tmp_path, "list").stdout


def test_a_folder_that_is_not_empty_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/precious").write_text("mine")
    done = bench(tmp_path, "run", "sqrt-sum", "-o", "out")
    assert done.returncode == 2
    assert "out is not empty" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["precious"]


@pytest.mark.parametrize(
    ("words", "expected"), [("bench run sq", {"sqrt-sum", "sqlite-inserts"}), ("bench run -b mu", {"multiprocessing"})]
)
def test_the_shell_completes_workloads_and_backends(tmp_path: Path, words: str, expected: set[str]) -> None:
    command = Path(sys.executable).with_name("bench")  # the shell asks the script by its name
    environment = {
        "_BENCH_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, **environment},
    )
    assert expected <= set(done.stdout.split()), done


def test_a_file_without_workloads_is_skipped_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "workloads").mkdir()
    (tmp_path / "workloads/helper.py").write_text("TWO = 2\n")
    done = bench(tmp_path, "list")
    assert done.returncode == 0
    assert "sqrt-sum" in done.stdout
    assert "helper.py: skipped, since it defines no workload" in done.stderr
