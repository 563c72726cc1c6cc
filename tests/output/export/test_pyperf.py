"""Exports for pyperf, which reads them if it is installed."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.analysis.summary import summarise
from bench.errors import UsageError
from bench.output.export.base import first_rounds
from bench.output.export.registry import exporter_of
from bench.results.load import load_run
from bench.schema import Status
from tests.support.exporting import EVIL, exported, parsed
from tests.support.factory import asyncio, failure, pair, rounds, sample, varied_run

LOOP, HALF = [1.0, 1.1, 0.9, 1.0], [0.5, 0.56, 0.44, 0.5]
needs_pyperf = pytest.mark.skipif(
    importlib.util.find_spec("pyperf") is None, reason="pyperf is not installed: pip install pyperf"
)


def values(benchmark: dict[str, Any]) -> list[list[float]]:
    return [run["values"] for run in benchmark["runs"]]


def test_a_trial_is_a_run_and_its_passes_are_values_in_seconds(tmp_path: Path) -> None:
    twice = [sample(round=number, value=value, elapsed_s=1.0 + value) for number in (0, 1) for value in (0, 1)]
    suite = parsed(exported(tmp_path, "pyperf", twice))
    (benchmark,) = suite["benchmarks"]
    assert values(benchmark) == [[1.0, 2.0], [1.0, 2.0]]
    assert (suite["version"], suite["metadata"]["unit"], benchmark["metadata"]["name"]) == (
        "1.0",
        "second",
        "work sequential x1",
    )


def test_metadata_names_the_machine_and_the_interpreter(tmp_path: Path) -> None:
    known = {"version": "3.11.7", "implementation": "cpython"}
    environment = {"machine": {"cpu_model": "Imaginary CPU", "cores_logical": 4}, "interpreters": [known]}
    suite = parsed(exported(tmp_path, "pyperf", [sample()], environment))
    facts = {**suite["metadata"], **suite["benchmarks"][0]["metadata"], **suite["benchmarks"][0]["runs"][0]["metadata"]}
    assert facts["cpu_model_name"] == "Imaginary CPU"
    assert (facts["cpu_count"], facts["loops"], facts["mem_max_rss"]) == (4, 1, 30_000_000)
    assert (facts["python_version"], facts["python_implementation"], facts["gil"]) == ("3.11.7", "cpython", "on")
    assert facts["date"] == "2026-01-02 03:04:05.678000+00:00"


def test_all_benchmarks_are_cut_to_the_fewest_values_with_a_remark(tmp_path: Path) -> None:
    export = exported(tmp_path, "pyperf", pair(LOOP, HALF[:3]))
    assert [values(benchmark) for benchmark in parsed(export)["benchmarks"]] == [
        [[1.0], [1.1], [0.9]],
        [[0.5], [0.56], [0.44]],
    ]
    assert export.remarks[0] == (
        "left out: 1 value of 1 case, beyond the first 3 trials of each: pyperf can only compare equal numbers, "
        "and work threading x2 has no more"
    )


def test_trials_with_more_passes_than_others_are_cut(tmp_path: Path) -> None:
    export = exported(tmp_path, "pyperf", [*pair(LOOP, HALF), sample(round=3, value=1, elapsed_s=7.0)])
    assert {len(run) for benchmark in parsed(export)["benchmarks"] for run in values(benchmark)} == {1}
    assert export.remarks[0].startswith("left out: 1 value of 1 case")


def test_with_equal_numbers_nothing_is_left_out(tmp_path: Path) -> None:
    (hint,) = exported(tmp_path, "pyperf", pair(LOOP, HALF)).remarks
    assert hint.startswith("each benchmark has 4 values: ")


def test_a_case_that_is_not_ok_is_left_out_with_its_reason(tmp_path: Path) -> None:
    samples = [*pair(LOOP, HALF), *rounds(LOOP[:3], **asyncio()), failure(Status.WRONG, "41", round=3, **asyncio())]
    export = exported(tmp_path, "pyperf", samples)
    assert [one["metadata"]["name"] for one in parsed(export)["benchmarks"]] == [
        "work sequential x1",
        "work threading x2",
    ]
    assert export.remarks[0] == "left out: work asyncio x1: wrong in 1 of 4 trials: 41"


def test_a_run_without_an_ok_case_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a-run: no case is ok, so there is nothing to export; left out: work"):
        exported(tmp_path, "pyperf", [failure()])


def test_single_values_are_warned_about(tmp_path: Path) -> None:
    assert "measure more rounds" in exported(tmp_path, "pyperf", pair([1.0], [0.5])).remarks[-1]


def test_an_export_can_be_limited_to_the_first_rounds(tmp_path: Path) -> None:
    run = load_run(varied_run(tmp_path / "varied"))
    first, remarks = first_rounds(run, 2)
    assert set(first.samples["round"]) == {0, 1}
    assert remarks == [f"left out: {len(run.samples) - len(first.samples)} samples of later rounds (--rounds)"]
    assert first_rounds(run, 5) == (run, [])
    with pytest.raises(UsageError, match="has no samples in its first 0 rounds"):
        first_rounds(run, 0)


def hostile() -> list[Any]:
    evil = EVIL.replace("\ud800", "")
    return rounds(LOOP, workload=evil, params='{"a\\n": "\\ud800"}', python=evil, started_at="never\n")


def test_text_from_files_becomes_one_printable_line(tmp_path: Path) -> None:
    suite = parsed(exported(tmp_path, "pyperf", hostile(), {"machine": {"cpu_model": "a\r\n", "system": [1]}}))
    texts = [*suite["metadata"].values(), *suite["benchmarks"][0]["metadata"].values()]
    assert all(text.isprintable() and text for text in texts if isinstance(text, str))
    assert all("date" not in run["metadata"] for run in suite["benchmarks"][0]["runs"])


@needs_pyperf
def test_pyperf_accepts_it(tmp_path: Path) -> None:
    run = load_run(varied_run(tmp_path / "varied"))
    path = tmp_path / "varied.json"
    path.write_text(exporter_of("pyperf")(run, summarise(run)).text)
    other = tmp_path / "hostile.json"
    other.write_text(exported(tmp_path, "pyperf", hostile()).text)
    for arguments in (["check", path], ["stats", path], ["compare_to", "-v", path, path], ["stats", other]):
        done = subprocess.run(
            [sys.executable, "-m", "pyperf", *map(str, arguments)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stdout
