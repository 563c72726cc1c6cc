"""`bench run --resume`, as a user types it, and what Ctrl-C does."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import bench, bench_started, rows, wait_until
from tests.support.paths import WORKLOADS
from tests.tools.kill_and_resume import kill_and_resume

WAITS = str(WORKLOADS / "waits.py")
QUICK = ["-p", "count=2", "-p", "seconds=0.01", "-b", "threading", "-w", "2", "--cycles", "1", "--seed", "1"]
SMALL = ["run", WAITS, *QUICK, "--rounds", "3"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a small run was started in."""
    folder = tmp_path_factory.mktemp("measured")
    assert bench(folder, *SMALL).returncode == 0
    return folder


def cut_short(measured: Path, folder: Path, rows_kept: int, torn: str = "") -> Path:
    """A copy of the run of three rounds and two cases, cut off after this many rows."""
    whole = (measured / "results/latest").resolve()
    run = shutil.copytree(whole, folder / "results" / whole.name)
    facts = environment(run)
    (run / "environment.json").write_text(json.dumps({**facts, "finished_at": None, "rounds_done": None}))
    lines = (run / "samples.csv").read_bytes().splitlines(keepends=True)
    (run / "samples.csv").write_bytes(b"".join(lines[: rows_kept + 1]) + torn.encode())
    return run


def test_metrics_are_recorded_with_their_units_and_in_the_rest_of_a_run(tmp_path: Path) -> None:
    workload = str(WORKLOADS / "metrics.py")
    command = ["run", workload, "-b", "threading", "-w", "2", "--cycles", "1", "--rounds", "3", "--seed", "1"]
    assert bench(tmp_path, *command).returncode == 0
    run = cut_short(tmp_path, tmp_path / "copy", rows_kept=3)
    done = bench(tmp_path / "copy", "run", "--resume", run.name)
    assert done.returncode == 0, done.stderr
    assert [case["metrics"] for case in environment(run)["cases"]] == [{"sum": "", "throughput": "items/s"}] * 2
    assert len(rows(run)) >= 6  # a trial that is made up for has a baseline in its group
    for row in rows(run):
        metrics = json.loads(row["metrics"])
        assert metrics == {"sum": 6.0, "throughput": pytest.approx(4 / float(row["elapsed_s"]))}


def environment(run: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((run / "environment.json").read_text())
    return facts


def test_a_cut_off_run_is_completed(measured: Path, tmp_path: Path) -> None:
    run = cut_short(measured, tmp_path, rows_kept=3, torn="out,2026-")
    before = rows_text(run)
    done = bench(tmp_path, "run", "--resume", run.name)
    assert done.returncode == 0, done.stderr
    assert "the last row is incomplete; it is moved to samples.csv.torn" in done.stderr
    assert "[4/6] round 2" in done.stderr
    assert "3 rounds" in done.stdout
    assert rows_text(run)[:3] == before
    assert sorted((row["round"], row["backend"]) for row in rows(run)) == [
        (str(number), backend) for number in range(3) for backend in ("sequential", "threading")
    ]
    turns = [(row["round"], row["group"], row["position"]) for row in rows(run)]
    assert turns[:3] == [("0", "0", "0"), ("0", "0", "1"), ("1", "0", "0")]
    assert turns[3:] == [("1", "1", "0"), ("2", "0", "0"), ("2", "0", "1")]  # those missing in a round are a new group
    assert (run / "samples.csv.torn").read_text() == "out,2026-\n"
    assert environment(run)["rounds_done"] == 3
    assert environment(run)["resumed"][0]["rows_kept"] == 3


def rows_text(run: Path) -> list[bytes]:
    return [line for line in (run / "samples.csv").read_bytes().splitlines(keepends=True)[1:] if line.endswith(b"\n")]


def test_a_dry_run_lists_what_is_missing_and_changes_nothing(measured: Path, tmp_path: Path) -> None:
    run = cut_short(measured, tmp_path, rows_kept=2)
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    done = bench(tmp_path, "run", "--resume", run.name, "--dry-run")
    assert done.returncode == 0
    assert "missing: 4 trials" in done.stdout
    assert [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("waits ")] == ["1–2", "1–2"]
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_complete_run_has_nothing_to_resume(measured: Path) -> None:
    done = bench(measured, "run", "--resume", "latest")
    assert done.returncode == 0
    assert "the run is complete" in done.stderr
    assert "3 rounds" in done.stdout


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["sqrt-sum"], "the workloads"),
        (["-b", "asyncio", "--rounds", "9"], "--backend, --rounds"),
        (["--quick", "-o", "x"], "--quick, --output"),
    ],
)
def test_options_that_conflict_with_resume_are_named_and_refused(
    measured: Path, options: list[str], named: str
) -> None:
    done = bench(measured, "run", "--resume", "latest", *options)
    assert done.returncode == 2
    assert f"--resume uses the workloads and options of the run: leave out {named}\n" in done.stderr


def test_a_missing_run_is_a_single_error(measured: Path) -> None:
    done = bench(measured, "run", "--resume", "elsewhere")
    assert done.returncode == 2
    assert done.stderr.startswith("bench: error: 'elsewhere' is not a run")


def test_an_interrupt_shows_the_current_table_and_how_to_resume(tmp_path: Path) -> None:
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with bench_started(tmp_path, *SMALL[:-1], "200", **piped) as process:
        wait_until(lambda: any(len(rows(run)) >= 2 for run in tmp_path.glob("results/*") if any(run.iterdir())))
        process.send_signal(signal.SIGINT)
        shown, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    (run,) = (tmp_path / "results").iterdir()
    assert f"interrupted: the samples measured until then are in results/{run.name}" in errors
    assert errors.endswith(f"to resume it: bench run --resume {run.name}\n")
    assert "baseline" in shown
    assert "Traceback" not in errors


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_exits_immediately(tmp_path: Path, second: signal.Signals) -> None:
    """The trial ignores SIGTERM, so that ending it takes a while."""
    pid_file = tmp_path / "pid"
    (tmp_path / "mine.py").write_text(
        "import os, signal, time\nfrom pathlib import Path\nfrom bench import workload\n"
        "@workload(items=[1])\ndef stays(item):\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"    Path({str(pid_file)!r}).write_text(str(os.getpid()))\n    time.sleep(1000)\n"
    )
    command = ["run", "mine.py", "--no-baseline", "-b", "asyncio", "-w", "1"]
    with bench_started(tmp_path, *command, stderr=subprocess.PIPE) as process:
        wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)  # the first is answered by then, and the trial has most of its second to go
        process.send_signal(second)
        _, errors = process.communicate(timeout=30)
    with suppress(ProcessLookupError):
        os.kill(int(pid_file.read_text()), signal.SIGKILL)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "goes on with it" not in errors, "it waited for the table"


@pytest.mark.slow
def test_repeated_kills_neither_lose_nor_duplicate_rows(tmp_path: Path) -> None:
    toll = kill_and_resume(2, tmp_path, random.Random())
    assert toll.clean, toll
    assert toll.kills == 2
