"""Differences between the environments of two runs, including facts that are unknown."""

from pathlib import Path
from typing import Any

import pytest

from bench.analysis.environment_diff import Difference, differences
from bench.results.load import Run, load_run
from tests.support.factory import sample, write_run

KNOWN: dict[str, Any] = {
    "bench": "0.1.0",
    "machine": {"cpu_model": "A", "cores_usable": 2, "cores_quota": None, "governor": None, "load_1min": 0.5},
    "interpreters": [{"version": "3.11.7", "build": "main, GCC 12"}],
    "commit": {"id": "a" * 40, "changed": False},
    "workload_files": {"/old/place/sum.py": "1" * 64},
    "effort": {"rounds": 5, "warmups": 1, "values": 1},
}


@pytest.fixture
def differ(tmp_path: Path) -> "Differ":
    return Differ(tmp_path)


class Differ:
    """Find the differences between two environments; keyword arguments change the new one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written = 0

    def between(self, old: Any, new: Any, pythons: tuple[str, str] = ("3.11.7", "3.11.7")) -> list[Difference]:
        return differences(self._run(old, pythons[0]), self._run(new, pythons[1]))

    def _run(self, facts: Any, python: str) -> Run:
        self._written += 1
        return load_run(write_run(self._folder / str(self._written), [sample(python=python)], facts))

    def __call__(self, **changed: Any) -> list[Difference]:
        return self.between(KNOWN, {**KNOWN, **changed})


def test_equal_environments_have_no_differences(differ: Differ) -> None:
    assert differ() == []
    assert differ(machine={**KNOWN["machine"], "load_1min": 3.0}) == []
    assert differ(effort={**KNOWN["effort"], "rounds": 10}) == []


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"machine": {**KNOWN["machine"], "cpu_model": "B"}}, Difference("machine, cpu_model", "A", "B")),
        ({"machine": {**KNOWN["machine"], "cores_usable": 4}}, Difference("machine, cores_usable", "2", "4")),
        ({"machine": {**KNOWN["machine"], "cores_quota": 1.5}}, Difference("machine, cores_quota", "none", "1.5")),
        ({"machine": {**KNOWN["machine"], "governor": "p"}}, Difference("machine, governor", None, "p")),
        (
            {"interpreters": [{"version": "3.11.7", "build": "main, Clang"}]},
            Difference("build of Python 3.11.7", "main, GCC 12", "main, Clang"),
        ),
        ({"bench": "0.2.0"}, Difference("bench", "0.1.0", "0.2.0")),
        ({"commit": {"id": "b" * 40, "changed": False}}, Difference("commit", "a" * 12, "b" * 12)),
        (
            {"commit": {"id": "a" * 40, "changed": True}},
            Difference("commit", "a" * 12, "a" * 12 + " with uncommitted changes"),
        ),
        ({"workload_files": {"/old/place/sum.py": "2" * 64}}, Difference("workload file sum.py", "1" * 12, "2" * 12)),
        ({"effort": {"warmups": 0, "values": 1}}, Difference("warmups per trial", "1", "0")),
    ],
)
def test_differences_are_reported_with_both_values(
    differ: Differ, changed: dict[str, Any], difference: Difference
) -> None:
    assert differ(**changed) == [difference]


def test_a_different_interpreter_is_recognised_from_the_samples_alone(differ: Differ) -> None:
    assert Difference("Python", "3.11.7", "3.13.1t") in differ.between({}, {}, ("3.11.7", "3.13.1t"))


@pytest.mark.parametrize("nothing", [None, {}, {"machine": [], "interpreters": 3, "commit": "x", "workload_files": []}])
def test_unknown_facts_are_reported_as_unknown(differ: Differ, nothing: Any) -> None:
    unknown = {one.what for one in differ.between(KNOWN, nothing) if one.old is not None and one.new is None}
    assert unknown == {"machine", "build of Python 3.11.7", "bench", "commit", "workload files"}
    both = {one.what for one in differ.between(nothing, nothing) if one.old is None and one.new is None}
    assert both == unknown


def test_uncommitted_changes_in_both_runs_are_reported_as_a_difference(differ: Differ) -> None:
    changed = {**KNOWN, "commit": {"id": "a" * 40, "changed": True}}
    text = "a" * 12 + " with uncommitted changes"
    assert differ.between(changed, changed) == [Difference("commit", text, text)]


class TestWorkloadFiles:
    def test_files_with_equal_content_are_equal_regardless_of_path(self, differ: Differ) -> None:
        assert differ(workload_files={"/new/place/sum.py": "1" * 64}) == []
        assert differ(workload_files={"/new/place/total.py": "1" * 64}) == []

    def test_a_file_used_by_only_one_run_is_reported(self, differ: Differ) -> None:
        files = {**KNOWN["workload_files"], "other.py": "3" * 64}
        assert differ(workload_files=files) == [Difference("workload file other.py", "not used", "3" * 12)]

    def test_a_file_with_unknown_content_is_reported(self, differ: Differ) -> None:
        assert differ(workload_files={"sum.py": None}) == [Difference("workload file sum.py", "1" * 12, None)]
