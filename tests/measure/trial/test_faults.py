"""Every fault under every backend: its status, an actionable reason, and nothing left behind."""

import csv
import re
from pathlib import Path

import pytest

from bench.backends._registry import backends
from tests.support.backend_params import name_params, this_interpreter
from tests.support.command import bench
from tests.support.fault_expectations import EVERYWHERE, expected
from tests.support.fault_trials import BACKENDS, FAULTS, FaultTrial, all_trials
from tests.support.paths import FAULTS as FAULT_FILES
from tests.support.paths import WORKLOADS

FINE = WORKLOADS / "faults.py"


@pytest.fixture(scope="module")
def shared_memory_before() -> set[Path]:
    return set(Path("/dev/shm").iterdir())


@pytest.fixture(scope="module")
def trials(shared_memory_before: set[Path]) -> dict[tuple[str, str], FaultTrial]:
    """All fault trials, several at once, since they mostly wait."""
    return {(trial.fault, trial.backend): trial for trial in all_trials()}


def test_every_fault_and_backend_has_an_expected_outcome() -> None:
    assert {path.stem for path in FAULTS} == set(EVERYWHERE)
    missing = {name: cls.unavailable(this_interpreter()) for name, cls in backends().items() if name not in BACKENDS}
    assert all(missing.values()), "only those that cannot run here are left out"


@pytest.mark.slow
@pytest.mark.parametrize("backend", name_params())
@pytest.mark.parametrize("fault", EVERYWHERE)
def test_fault_has_its_status_and_an_actionable_reason(
    fault: str, backend: str, trials: dict[tuple[str, str], FaultTrial]
) -> None:
    trial = trials[fault, backend]
    status, reason = expected(fault, backend)
    assert re.fullmatch(status, trial.status), trial.reason
    assert re.search(reason, trial.reason)
    passes = [1] if trial.status == "ok" or fault.endswith("teardown") else [0, 1]
    assert len(trial.outcome.measured) in passes
    assert "\n" not in trial.reason and len(trial.reason) < 700


@pytest.mark.slow
def test_no_fault_leaves_a_process_or_a_file(trials: dict[tuple[str, str], FaultTrial]) -> None:
    assert {key: trial.left for key, trial in trials.items() if trial.left} == {}


@pytest.mark.slow
def test_no_fault_leaves_shared_memory(
    shared_memory_before: set[Path], trials: dict[tuple[str, str], FaultTrial]
) -> None:
    assert trials
    assert set(Path("/dev/shm").glob("psm_*")) <= shared_memory_before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["closes_all_files", "hangs_and_ignores_sigterm", "is_killed_for_memory"])
def test_fault_is_a_row_and_the_other_cases_continue(name: str, tmp_path: Path) -> None:
    path = str(FAULT_FILES / f"{name}.py")
    chosen = ["-b", "threading", "-w", "2", "--rounds", "1", "--cycles", "1", "--timeout", "3"]
    done = bench(tmp_path, "run", path, f"{FINE}::fine", *chosen)
    assert done.returncode == 1, done.stderr
    with (tmp_path / "results/latest/samples.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    outcomes = {(row["workload"] == "fine", row["backend"]): row for row in rows}
    assert len(rows) == len(outcomes) == 4
    for (fine, backend), row in outcomes.items():
        status, reason = ("ok", "^$") if fine else expected(name, backend)
        assert row["status"] == status
        assert re.search(reason.replace("the timed pass", "the untimed pass"), row["reason"])
