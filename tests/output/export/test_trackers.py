"""Exports for services that track benchmarks: Bencher and github-action-benchmark."""

from pathlib import Path

import pytest

from tests.support.exporting import EVIL, exported, parsed
from tests.support.factory import asyncio, failure, pair

LOOP, HALF = [1.0, 1.1, 0.9, 1.0], [0.5, 0.56, 0.44, 0.5]


class TestBencher:
    def test_latency_is_in_nanoseconds_between_the_fastest_and_the_slowest_trial(self, tmp_path: Path) -> None:
        metrics = parsed(exported(tmp_path, "bencher", pair(LOOP, HALF)))
        latency = metrics["work threading x2"]["latency"]
        assert latency == pytest.approx({"value": 0.5e9, "lower_value": 0.44e9, "upper_value": 0.56e9})

    def test_speedup_has_its_interval_and_the_baseline_has_none(self, tmp_path: Path) -> None:
        metrics = parsed(exported(tmp_path, "bencher", pair(LOOP, HALF)))
        assert set(metrics["work sequential x1"]) == {"latency"}
        speedup = metrics["work threading x2"]["speedup"]
        assert speedup["lower_value"] < speedup["value"] < speedup["upper_value"]

    def test_an_unknown_bound_is_left_out(self, tmp_path: Path) -> None:
        metrics = parsed(exported(tmp_path, "bencher", pair([1.0], [0.5])))
        assert metrics["work threading x2"]["speedup"] == {"value": 2.0}

    def test_a_name_that_is_too_long_is_reported(self, tmp_path: Path) -> None:
        export = exported(tmp_path, "bencher", pair(LOOP, HALF, workload="w" * 1012))
        assert len(export.remarks) == 2
        assert export.remarks[0].startswith("Bencher accepts names of up to 1024 characters; this one is longer: www")


class TestGithubAction:
    def test_an_entry_is_in_milliseconds_with_the_deviation_of_its_trials(self, tmp_path: Path) -> None:
        entry = parsed(exported(tmp_path, "github-action", pair(LOOP, HALF)))[1]
        assert (entry["name"], entry["unit"], entry["value"]) == ("work threading x2", "ms", 500.0)
        assert float(entry["range"].removeprefix("± ")) == pytest.approx(49.0, abs=0.1)
        assert entry["extra"].startswith("speedup: 2.00x [")

    def test_one_trial_has_no_deviation(self, tmp_path: Path) -> None:
        entries = parsed(exported(tmp_path, "github-action", pair([1.0], [0.5])))
        assert not any("range" in entry for entry in entries)


@pytest.mark.parametrize("to", ["bencher", "github-action"])
def test_a_case_that_is_not_ok_is_left_out_with_its_reason(to: str, tmp_path: Path) -> None:
    export = exported(tmp_path, to, [*pair(LOOP, HALF), failure(**asyncio())])
    assert len(parsed(export)) == 2
    assert export.remarks == ("left out: work asyncio x1: error in 1 of 1 trial: ValueError: no luck (work.py:3)",)


@pytest.mark.parametrize("to", ["bencher", "github-action"])
def test_text_from_files_becomes_ascii_json(to: str, tmp_path: Path) -> None:
    text = exported(tmp_path, to, pair(LOOP, HALF, workload=EVIL.replace("\ud800", ""), params='{"a": "\\ud800"}')).text
    assert "\\ud800" in text
    assert "\x1b" not in text
    assert text.isascii()
