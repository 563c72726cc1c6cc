"""`bench scaling` on the command line: of a run, of a table, as JSON, and its errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.scaling.laws import curve
from tests.support.command import bench
from tests.support.factory import pair, rounds, write_run
from tests.support.paths import REFERENCE

LOOP, HALF = [1.0, 1.1, 0.9], [0.5, 0.56, 0.44]
FIELDS = [
    "workload", "backend", "law", "alpha", "alpha_se", "beta", "beta_se", "gamma", "gamma_se",
    "peak_workers", "peak_low", "peak_high", "residual_standard_error", "points", "refused",
]  # fmt: skip


def table(folder: Path, name: str) -> str:
    """A data set as a table that the command takes."""
    rows = (REFERENCE / f"{name}.csv").read_text().splitlines()[1:]
    (folder / "load.csv").write_text("\n".join(["workers,throughput", *rows]))
    return "load.csv"


def scaling_json(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = bench(folder, "scaling", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    objects: list[dict[str, Any]] = json.loads(done.stdout)
    return objects


def test_a_table_has_both_laws_with_exactly_these_fields(tmp_path: Path) -> None:
    amdahl, usl = scaling_json(tmp_path, table(tmp_path, "usl_raytracer"))
    assert [*amdahl] == [*usl] == FIELDS
    assert (amdahl["workload"], amdahl["backend"], amdahl["law"]) == ("load.csv", None, "amdahl")
    assert (amdahl["beta"], amdahl["beta_se"], amdahl["refused"]) == (None, None, None)
    assert (usl["law"], usl["points"], usl["peak_workers"]) == ("usl", 11, None)
    assert usl["refused"].startswith("beta sits on its bound, 0")


def test_a_peak_has_an_interval(tmp_path: Path) -> None:
    amdahl, usl = scaling_json(tmp_path, table(tmp_path, "usl_exact"))
    assert amdahl["refused"].startswith("the throughput falls")
    assert (amdahl["alpha"], amdahl["gamma"]) == (None, None)
    assert usl["refused"] is None
    assert usl["peak_low"] <= usl["peak_workers"] <= usl["peak_high"]


def test_a_run_has_both_laws_for_each_backend(tmp_path: Path) -> None:
    counts = (1, 2, 4, 8, 16, 32)
    cases = [(workers, 1 / curve(workers, 0.1, 0.01, 1.0)) for workers in counts]
    samples = [one for workers, factor in cases for one in rounds([factor] * 3, backend="threading", workers=workers)]
    write_run(tmp_path / "run", [*rounds([1.0] * 3), *samples, *rounds([0.5] * 3, backend="asyncio")])
    objects = scaling_json(tmp_path, "run")
    assert [(one["workload"], one["backend"], one["law"]) for one in objects] == [
        ("work", "asyncio", "amdahl"),
        ("work", "asyncio", "usl"),
        ("work", "threading", "amdahl"),
        ("work", "threading", "usl"),
    ]
    assert objects[3]["alpha"] == pytest.approx(0.1, rel=1e-3)
    assert objects[3]["gamma"] == pytest.approx(8.0, rel=1e-3)
    text = bench(tmp_path, "scaling", "run/samples.csv").stdout
    assert "work, threading: 6 worker counts from 1 to 32" in text
    assert "peak, workers" in text
    assert "No law: 1 distinct worker count" in " ".join(text.split())


def test_every_line_of_a_table_fits_80_columns(tmp_path: Path) -> None:
    text = bench(tmp_path, "scaling", table(tmp_path, "usl_raytracer")).stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


def test_a_run_without_cases_says_so(tmp_path: Path) -> None:
    write_run(tmp_path / "run", rounds(LOOP))
    assert bench(tmp_path, "scaling", "run").stdout == "Nothing to fit: only the baseline has a result.\n"


def test_a_run_with_few_counts_is_refused_with_the_remedy(tmp_path: Path) -> None:
    write_run(tmp_path / "run", pair(LOOP, HALF))
    assert {one["refused"] for one in scaling_json(tmp_path, "run")} == {
        "1 distinct worker count, and a law needs at least 6, such as -w 1,2,4,8,16,32"
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "none.csv: cannot be read: No such file"),
        ("bad.csv", "bad.csv:2: workers 'x'"),
        ("none", "not a run"),
    ],
)
def test_what_cannot_be_read_is_one_message(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "bad.csv").write_text("workers,throughput\nx,1\n")
    done = bench(tmp_path, "scaling", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
