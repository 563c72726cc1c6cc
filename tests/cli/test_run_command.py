"""`bench run` as a user types it: what it measures, records and prints."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import bench, bench_process, bench_started, rows, wait_until
from tests.support.paths import WORKLOADS

FAULTS = str(WORKLOADS / "faults.py")
ONCE = ["--rounds", "1", "--cycles", "1"]
SMALL = ["run", "sqrt-sum", "-p", "tasks=4", "-p", "n=2000", "--rounds", "3", "--cycles", "1", "-w", "2"]
WAITING = ["run", str(WORKLOADS / "waits.py"), "-p", "count=2", "-p", "seconds=0.01", "-w", "2", *ONCE]
PAIRED = {"sequential": "1", "threading": "2", "multiprocessing": "2", "asyncio": "2"}
START_METHODS = ("fork", "spawn", "forkserver")


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
    cases = json.loads(bench(folder, "show", "--json").stdout)
    assert {case["backend"]: str(case["workers"]) for case in cases} == PAIRED
    assert all(case["trials"] == 3 and case["status"] == "ok" for case in cases)
    assert all(case["speedup_low"] <= case["speedup"] <= case["speedup_high"] for case in cases if case["workers"] > 1)


def test_plot_draws_png_and_svg_into_the_runs_folder(
    measured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = measured
    done = bench(folder, "plot", "--kind", "speedup")
    assert done.returncode == 0, done.stderr
    assert (folder / "results/latest/speedup.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (folder / "results/latest/speedup.svg").read_text()


def test_the_same_seed_gives_the_same_order(tmp_path: Path) -> None:
    for name in ("one", "two"):
        bench(tmp_path, *WAITING, "-b", "threading", "--seed", "7", "-o", name)
    orders = [[(row["backend"], row["position"]) for row in rows(tmp_path / name)] for name in ("one", "two")]
    assert orders[0] == orders[1]


def test_named_backends_are_measured_with_the_baseline(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "-b", "asyncio", "-o", "out")
    assert done.returncode == 0
    assert [row["backend"] for row in sorted(rows(tmp_path / "out"), key=lambda row: row["backend"])] == [
        "asyncio",
        "sequential",
    ]
    assert not (tmp_path / "results").exists()


def test_without_a_baseline_a_line_says_why_there_are_no_speedups(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "-b", "threading", "--no-baseline")
    assert done.returncode == 0
    assert {row["backend"] for row in rows(tmp_path / "results/latest")} == {"threading"}
    printed = " ".join(done.stdout.split())
    assert "No speedups and no verdict: the baseline (sequential) was not measured." in printed
    assert all(case["speedup"] is None for case in json.loads(bench(tmp_path, "show", "--json").stdout))


def test_an_unreachable_server_yields_error_rows_and_exit_status_1(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", "http-delay", "-p", "url=http://127.0.0.1:1", "-w", "4", "--rounds", "1")
    assert done.returncode == 1
    samples = rows(tmp_path / "results/latest")
    assert {row["status"] for row in samples} == {"error"}
    assert all("127.0.0.1" in row["reason"] for row in samples)
    assert all(row["elapsed_s"] == "" for row in samples)
    assert all(case["speedup"] is None for case in json.loads(bench(tmp_path, "show", "--json").stdout))
    assert "x [" not in done.stdout


def test_other_cases_continue_if_one_fails(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", f"{FAULTS}::leaves", f"{FAULTS}::fine", "-b", "threading", "-w", "2", *ONCE)
    assert done.returncode == 1
    by_workload: dict[str, set[str]] = {}
    for row in rows(tmp_path / "results/latest"):
        by_workload.setdefault(row["workload"], set()).add(row["status"])
    assert by_workload == {"leaves": {"crashed"}, "fine": {"ok"}}


def test_a_workload_file_runs_by_path_and_by_workload_name(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from bench import workload\n\n"
        '@workload(items=range(8), bound="io")\n'
        "def triangular(item):\n"
        '    """Sum the first numbers."""\n'
        "    return sum(range(item * 1000))\n"
    )
    methods = [word for method in START_METHODS for word in ("-b", f"multiprocessing:{method}")]
    for number, (name, chosen) in enumerate([("mine.py", methods), ("./mine.py::triangular", [])]):
        done = bench(tmp_path, "run", name, *ONCE, "-b", "asyncio", *chosen, "-w", "2", "-o", f"out{number}")
        assert done.returncode == 0, done.stderr
        samples = rows(tmp_path / f"out{number}")
        assert {row["start_method"] for row in samples} == {"", *(START_METHODS if chosen else ())}
        assert {row["backend"] for row in samples} >= {"sequential", "asyncio"}
        assert next(row["async_style"] for row in samples if row["backend"] == "asyncio") == "blocking"


@pytest.mark.parametrize(
    "ending",
    # test_signals.py holds that all are treated alike.
    [signal.SIGTERM, *(pytest.param(one, marks=pytest.mark.slow) for one in (signal.SIGINT, signal.SIGHUP))],
)
def test_a_terminated_run_keeps_its_rows_and_leaves_no_processes(tmp_path: Path, ending: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    (tmp_path / "mine.py").write_text(
        "import os, time\nfrom pathlib import Path\nfrom bench import workload\n"
        "@workload(items=[1], bound='io')\ndef stays(item):\n"
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
