import json
import subprocess
import sys
from pathlib import Path

import pytest


def bench(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", "overhead", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.mark.slow
def test_overhead_prints_the_figures_and_writes_them_with_a_chart(tmp_path: Path) -> None:
    done = bench("-b", "threading", "--max-time", "1", "-o", "out", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert [backend["backend"] for backend in printed] == ["sequential", "threading"]
    assert all(backend["repetitions"] >= 3 for backend in printed)
    assert json.loads((tmp_path / "out/overhead.json").read_text())["backends"] == printed
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "overhead.json",
        "overhead.png",
        "overhead.svg",
    ]


@pytest.mark.slow
def test_a_backend_that_cannot_have_so_many_workers_is_left_out_with_a_line(tmp_path: Path) -> None:
    arguments = ["-b", "processes-threads", "-b", "threading", "-w", "3", "--max-time", "1", "-o", "out"]
    done = bench(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "processes-threads is left out: each=2 does not divide 3 workers" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-b", "threds"], "unknown backend 'threds'"),
        (["--python", "/nowhere/python"], "/nowhere/python"),
        (["-w", "0"], "'--workers'"),
    ],
)
def test_wrong_calls_say_what_is_wrong(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = bench(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
