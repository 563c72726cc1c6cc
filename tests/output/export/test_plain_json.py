"""The documented fields of `bench show --json`: exactly these."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.summary import summarise
from bench.output.export.plain_json import as_json
from bench.results.load import load_run
from tests.support.command import bench
from tests.support.factory import asyncio, failure, multiprocessing, pair, rounds, write_run

LOOP, HALF = [1.0, 1.1, 0.9, 1.0, 1.2, 1.0], [0.5, 0.56, 0.44, 0.5, 0.6, 0.5]
NUMBER = (int, float)
GUARANTEED: dict[str, tuple[type, ...]] = {
    "workload": (str,),
    "params": (str,),
    "backend": (str,),
    "workers": (int,),
    "python": (str,),
    "trials": (int,),
    "median_s": NUMBER,
    "speedup": NUMBER,
    "speedup_low": NUMBER,
    "speedup_high": NUMBER,
    "efficiency": NUMBER,
    "parallelism": NUMBER,
    "status": (str,),
}
SOMETIMES_UNKNOWN = {"median_s", "speedup", "speedup_low", "speedup_high", "efficiency", "parallelism"}
RUNS = {
    "ok": pair(LOOP, HALF) + rounds(HALF, **multiprocessing()),
    "failed": [*pair(LOOP, HALF), failure(**asyncio())],
    "no baseline": rounds(HALF, backend="threading", workers=2),
    "one round": pair(LOOP[:1], HALF[:1]),
}
DOCUMENTED_VALUES = {
    "cpu", "io", "native", "blocking", "on", "off", "ok", "wrong", "error", "timeout", "crashed", "skipped",
    "strong", "weak", "precise", "rounds", "time", "no speedup", "not ok",
}  # fmt: skip


def exported(folder: Path, kind: str) -> list[dict[str, Any]]:
    run = load_run(write_run(folder / "run", RUNS[kind]))
    fields: list[dict[str, Any]] = json.loads(json.dumps(as_json(run, summarise(run)), allow_nan=False))
    return fields


def test_every_field_is_documented_and_every_documented_field_exists(tmp_path: Path) -> None:
    documented = set(re.findall(r"`([^`]+)`", as_json.__doc__ or "")) - {"bench show --json"} - DOCUMENTED_VALUES
    documented -= {"name", "unit", "mean", "low", "high"}  # of each metric
    for kind in RUNS:
        assert all(set(case) == documented for case in exported(tmp_path / kind, kind))


@pytest.mark.parametrize("kind", RUNS)
def test_guaranteed_fields_have_their_types(kind: str, tmp_path: Path) -> None:
    for case in exported(tmp_path, kind):
        for name, types in GUARANTEED.items():
            unknown = case[name] is None and name in SOMETIMES_UNKNOWN
            assert unknown or (isinstance(case[name], types) and not isinstance(case[name], bool)), name
        assert isinstance(json.loads(case["params"]), dict)


def test_known_fields_of_an_ok_case_are_not_null(tmp_path: Path) -> None:
    _, *others = exported(tmp_path, "ok")
    assert all(case[name] is not None for case in others for name in (*GUARANTEED, "median_low", "median_high"))
    assert all(case["speedup_low"] <= case["speedup"] <= case["speedup_high"] for case in others)
    assert all(case["median_low"] <= case["median_s"] <= case["median_high"] for case in others)


def test_a_failed_case_has_no_figures(tmp_path: Path) -> None:
    case = next(case for case in exported(tmp_path, "failed") if case["backend"] == "asyncio")
    assert case["status"] == "error"
    assert [case[name] for name in sorted(SOMETIMES_UNKNOWN)] == [None] * 6


@pytest.mark.parametrize("kind", RUNS)
def test_the_command_prints_a_list_of_the_cases_and_nothing_else(kind: str, tmp_path: Path) -> None:
    expected = exported(tmp_path, kind)
    done = bench(tmp_path, "show", "run", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, expected), done.stderr
