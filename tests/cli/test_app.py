"""The command as a user types it."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import bench, bench_process, bench_started, wait_until
from tests.support.paths import TESTS as HERE

FAULTS = str(HERE / "workloads/faults.py")
SMALL = ["run", "sqrt-sum", "-p", "tasks=4", "-p", "n=2000", "--rounds", "3", "-w", "2"]
PAIRED = {"sequential": "1", "threading": "2", "multiprocessing": "2", "asyncio": "2"}


def rows(run: Path) -> list[dict[str, str]]:
    with (run / "samples.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A small run in a separate process and an empty folder."""
    folder = tmp_path_factory.mktemp("measured")
    return folder, bench_process(folder, *SMALL, "--seed", "7", "--label", "small")


def test_a_run_measures_every_backend_and_the_baseline(
    measured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = measured
    assert done.returncode == 0, done.stderr
    samples = rows(folder / "results/latest")
    assert len(samples) == 4 * 3
    assert {row["backend"]: row["workers"] for row in samples} == PAIRED
    assert {row["status"] for row in samples} == {"ok"}
    assert {row["round"] for row in samples} == {"0", "1", "2"}


def test_latest_links_to_the_run_named_by_its_start_time(
    measured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = measured
    latest = folder / "results/latest"
    assert latest.is_symlink()
    assert latest.resolve().name == rows(latest)[0]["run"]


def test_a_piped_run_prints_progress_to_stderr_and_the_table_to_stdout(
    measured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = measured
    assert [line for line in done.stderr.splitlines() if line.startswith("[12/12] round 3  sqrt-sum ")]
    assert "sqrt-sum (n=2000, tasks=4)" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_environment_records_how_to_repeat_the_run(measured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = measured
    facts = json.loads((folder / "results/latest/environment.json").read_text())
    assert facts["seed"] == 7
    assert facts["label"] == "small"
    assert facts["command"] == [*SMALL, "--seed", "7", "--label", "small"]
    assert facts["rounds_done"] == 3
    assert facts["machine"]["cores_usable"] >= 1
    assert facts["interpreters"][0]["executable"] == sys.executable
    assert facts["finished_at"] >= facts["started_at"]


def test_show_prints_each_case_as_json(measured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = measured
    cases = json.loads(bench_process(folder, "show", "--json").stdout)
    assert {case["backend"]: str(case["workers"]) for case in cases} == PAIRED
    assert all(case["trials"] == 3 and case["status"] == "ok" for case in cases)
    assert all(case["speedup_low"] <= case["speedup"] <= case["speedup_high"] for case in cases if case["workers"] > 1)


def test_plot_draws_png_and_svg_into_the_runs_folder(
    measured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = measured
    done = bench(folder, "plot")
    assert done.returncode == 0, done.stderr
    assert (folder / "results/latest/speedup.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (folder / "results/latest/speedup.svg").read_text()


def test_the_same_seed_gives_the_same_order(tmp_path: Path) -> None:
    for name in ("one", "two"):
        bench(tmp_path, *SMALL, "--rounds", "1", "-b", "threading", "--seed", "7", "-o", name)
    orders = [[(row["backend"], row["position"]) for row in rows(tmp_path / name)] for name in ("one", "two")]
    assert orders[0] == orders[1]


def test_named_backends_are_measured_with_the_baseline(tmp_path: Path) -> None:
    done = bench(tmp_path, *SMALL, "--rounds", "1", "-b", "asyncio", "-o", "out")
    assert done.returncode == 0
    assert [row["backend"] for row in sorted(rows(tmp_path / "out"), key=lambda row: row["backend"])] == [
        "asyncio",
        "sequential",
    ]
    assert not (tmp_path / "results").exists()


def test_without_a_baseline_a_line_says_why_there_are_no_speedups(tmp_path: Path) -> None:
    done = bench(tmp_path, *SMALL, "-b", "threading", "--no-baseline")
    assert done.returncode == 0
    assert {row["backend"] for row in rows(tmp_path / "results/latest")} == {"threading"}
    printed = " ".join(done.stdout.split())
    assert "No speedups and no verdict: the baseline (sequential) was not measured." in printed
    assert all(case["speedup"] is None for case in json.loads(bench(tmp_path, "show", "--json").stdout))


def test_an_unreachable_server_yields_error_rows_and_exit_status_1(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", "http-delay", "-p", "url=http://127.0.0.1:1", "-w", "4", "--quick")
    assert done.returncode == 1
    samples = rows(tmp_path / "results/latest")
    assert {row["status"] for row in samples} == {"error"}
    assert all("127.0.0.1" in row["reason"] for row in samples)
    assert all(row["elapsed_s"] == "" for row in samples)
    assert all(case["speedup"] is None for case in json.loads(bench(tmp_path, "show", "--json").stdout))
    assert "x [" not in done.stdout


def test_other_cases_continue_if_one_fails(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", f"{FAULTS}::leaves", f"{FAULTS}::fine", "-w", "2", "--rounds", "1")
    assert done.returncode == 1
    by_workload: dict[str, set[str]] = {}
    for row in rows(tmp_path / "results/latest"):
        by_workload.setdefault(row["workload"], set()).add(row["status"])
    assert by_workload == {"leaves": {"crashed"}, "fine": {"ok"}}


def test_a_workload_file_runs_by_path_and_by_workload_name(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from bench import workload\n\n"
        '@workload(items=range(8), bound="cpu")\n'
        "def triangular(item):\n"
        '    """Sum the first numbers."""\n'
        "    return sum(range(item * 1000))\n"
    )
    methods = ["-b", "threading", "-b", "asyncio"]
    for method in ("fork", "spawn", "forkserver"):
        methods += ["-b", f"multiprocessing:{method}"]
    for number, name in enumerate(["mine.py", "./mine.py::triangular"]):
        done = bench(tmp_path, "run", name, *methods, "-w", "2", "--rounds", "1", "-o", f"out{number}")
        assert done.returncode == 0, done.stderr
        samples = rows(tmp_path / f"out{number}")
        assert len(samples) == 6
        assert {row["start_method"] for row in samples} == {"", "fork", "spawn", "forkserver"}
        assert next(row["async_style"] for row in samples if row["backend"] == "asyncio") == "blocking"


def test_a_dry_run_prints_the_cases_and_measures_nothing(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", "sqrt-sum", "--dry-run")
    assert done.returncode == 0
    assert "sqrt-sum  multiprocessing" in done.stdout
    assert "if a baseline pass takes half a second" in " ".join(done.stdout.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "sqrt-sun"], "unknown workload 'sqrt-sun': did you mean sqrt-sum?"),
        (["run", "sqrt-sum", "-b", "treads"], "unknown backend 'treads': did you mean threading?"),
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
    done = bench(tmp_path, *SMALL, "-o", "out")
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


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_terminated_run_keeps_its_rows_and_leaves_no_processes(tmp_path: Path, ending: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    (tmp_path / "mine.py").write_text(
        "import os, time\nfrom pathlib import Path\nfrom bench import workload\n"
        "@workload(items=[1])\ndef stays(item):\n"
        f"    Path({str(pid_file)!r}).write_text(str(os.getpid()))\n    time.sleep(1000)\n"
    )
    command = ["run", "mine.py", "-b", "threading", "-w", "1", "-o", "out"]
    with bench_started(tmp_path, *command, stderr=subprocess.PIPE) as process:
        wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
        process.send_signal(ending)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted: the samples measured until then are in out" in errors
    assert (tmp_path / "out/samples.csv").is_file()
    wait_until(lambda: not Path(f"/proc/{pid_file.read_text()}").exists())


def test_a_file_without_workloads_is_skipped_with_a_message(tmp_path: Path) -> None:
    (tmp_path / "workloads").mkdir()
    (tmp_path / "workloads/helper.py").write_text("TWO = 2\n")
    done = bench(tmp_path, "list")
    assert done.returncode == 0
    assert "sqrt-sum" in done.stdout
    assert "helper.py: skipped, since it defines no workload" in done.stderr
