"""`bench run --precision`, as a user types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.schema import MIN_ROUNDS_FOR_PRECISION
from tests.support.command import bench, rows
from tests.support.factory import pair, write_run
from tests.support.paths import WORKLOADS

WAITS = str(WORKLOADS / "waits.py")
SMALL = ["-b", "threading", "-w", "2", "--cycles", "1"]
WAITING = ["run", WAITS, "-p", "count=4", "-p", "seconds=0.01", *SMALL]
COMPUTING = ["run", "sqrt-sum", "-p", "tasks=4", "-p", "n=2000", *SMALL]


def environment(run: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((run / "environment.json").read_text())
    return facts


def test_a_run_ends_after_the_minimum_rounds_if_they_are_precise_enough(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "--precision", "200", "--rounds", "9", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert sorted({int(row["round"]) for row in rows(tmp_path / "out")}) == list(range(MIN_ROUNDS_FOR_PRECISION))
    facts = environment(tmp_path / "out")
    assert (facts["effort"]["rounds"], facts["effort"]["precision"]) == (9, 2.0)
    assert facts["rounds_done"] == MIN_ROUNDS_FOR_PRECISION
    assert facts["ceilings"] == []


@pytest.mark.slow
def test_a_run_that_stays_imprecise_ends_after_the_maximum_rounds(tmp_path: Path) -> None:
    done = bench(tmp_path, *COMPUTING, "--precision", "0.1", "--rounds", "6", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert sorted({int(row["round"]) for row in rows(tmp_path / "out")}) == list(range(6))
    facts = environment(tmp_path / "out")
    assert facts["rounds_done"] == 6
    assert {look["workers"] for look in facts["ceilings"]} == {2}
    assert all(look["alone_s"] > 0 and look["together_s"] > 0 for look in facts["ceilings"])


def test_by_default_a_run_stops_at_ten_percent_or_after_a_minute_per_workload(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "until each speedup is known within 10 %, for at most 60 s per workload" in done.stdout


def test_rounds_that_were_asked_for_are_exactly_measured(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "--rounds", "2", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert [row["round"] for row in rows(tmp_path / "out")] == ["0", "0", "1", "1"]
    facts = environment(tmp_path / "out")
    assert (facts["rounds_done"], facts["effort"]["precision"], facts["effort"]["workload_budget_s"]) == (2, None, None)


def test_progress_lines_omit_an_unknown_number_of_trials(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "--precision", "200", "--rounds", "2")
    lines = [line for line in done.stderr.splitlines() if line.startswith("[")]
    assert [line.partition("]")[0] for line in lines] == ["[1", "[2", "[3", "[4"]
    assert "stopped after" not in done.stderr


@pytest.mark.parametrize("typed", ["0", "-5", "nothing"])
def test_an_unreachable_precision_is_refused_before_measuring(typed: str, tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "--precision", typed)
    assert done.returncode == 2
    assert "--precision" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_stop_reasons_are_in_the_table_and_in_the_record(tmp_path: Path) -> None:
    done = bench(tmp_path, *WAITING, "--precision", "200", "--rounds", "2", "-o", "out")
    assert "Stopped: threading with 2 workers after 2 rounds." in done.stdout
    (ended,) = environment(tmp_path / "out")["stopped"]
    assert (ended["backend"], ended["workers"], ended["reason"]) == ("threading", 2, "rounds")


def test_intervals_are_shown_on_request(tmp_path: Path) -> None:
    write_run(tmp_path / "run", pair([1.0, 1.1, 0.9, 1.0, 1.2, 1.0], [0.5, 0.56, 0.44, 0.5, 0.6, 0.5]))
    default, detailed = bench(tmp_path, "show", "run"), bench(tmp_path, "show", "run", "--intervals")
    assert (default.returncode, detailed.returncode) == (0, 0), detailed.stderr
    assert detailed.stdout.startswith(default.stdout.rstrip())
    assert "500 ms [440, 600]" in detailed.stdout
    assert "500 ms [440, 600]" not in default.stdout
