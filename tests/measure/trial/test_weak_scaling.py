"""Weak scaling: the batch grows with the workers, and a speedup is throughput over throughput."""

from pathlib import Path

import numpy as np
import pytest

from bench.analysis.compare import compare_runs
from bench.analysis.summary import summarise
from bench.errors import UsageError
from bench.results.load import load_run
from bench.schema import ScalingKind
from tests.support.command import bench
from tests.support.paths import WORKLOADS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weak run, and a strong one."""
    folder = tmp_path_factory.mktemp("scaling")
    arguments = ["run", f"{WORKLOADS / 'metrics.py'}", "-b", "threading", "-w", "1,3", "--rounds", "3", "--cycles", "2"]
    for name in ("weak", "strong"):
        done = bench(folder, *arguments, "--scaling", name, "-o", name)
        assert done.returncode == 0, done.stderr
    return folder


def test_each_worker_gets_as_many_items(folder: Path) -> None:
    run = load_run(folder / "weak")
    assert run.scaling is ScalingKind.WEAK
    items = run.samples.groupby(["backend", "workers"], observed=True)["items"].unique()
    assert {key: list(found) for key, found in items.items()} == {
        ("sequential", 1): [4],
        ("threading", 1): [4],
        ("threading", 3): [12],
    }


def test_speedup_is_throughput_over_throughput(folder: Path) -> None:
    run = load_run(folder / "weak")
    samples = run.samples.astype({"backend": str})
    keyed = samples.set_index(["round", "value"])
    base = keyed[keyed["backend"] == "sequential"]
    case = keyed[(keyed["backend"] == "threading") & (keyed["workers"] == 3)]
    logs = np.log((case["items"].astype(float) / case["elapsed_s"]) / (base["items"].astype(float) / base["elapsed_s"]))
    (summary,) = (one for one in summarise(run) if one.backend == "threading" and one.workers == 3)
    assert summary.speedup is not None
    assert summary.speedup.point == pytest.approx(float(np.exp(logs.groupby(level="round").mean().mean())))
    assert summary.cold_speedup is None
    assert summary.scaling == "weak"


def test_the_table_says_which_scaling_it_is(folder: Path) -> None:
    weak, strong = (" ".join(bench(folder, "show", name).stdout.split()) for name in ("weak", "strong"))
    assert "weak scaling: 4 items per worker, and speedup is throughput over throughput" in weak
    assert "weak scaling" not in strong


def test_runs_of_different_scaling_are_not_compared(folder: Path) -> None:
    with pytest.raises(UsageError, match="strong has strong scaling and weak weak"):
        compare_runs(load_run(folder / "strong"), load_run(folder / "weak"), 0.05)


def test_a_batch_that_is_found_while_working_cannot_grow(tmp_path: Path) -> None:
    done = bench(tmp_path, "run", f"{WORKLOADS / 'graph.py'}::graph", "--scaling", "weak")
    assert done.returncode == 2
    assert "--scaling weak: graph finds its items while it works" in done.stderr
