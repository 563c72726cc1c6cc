"""The examples and tables of docs/api.md."""

import doctest
import inspect
import re
from pathlib import Path

import pytest

import bench
from bench.api.case_result import CaseResult
from bench.api.result import Result
from tests.support.paths import ROOT

PAGE = ROOT / "docs/api.md"
TEXT = PAGE.read_text(encoding="utf-8")


def section(heading: str) -> str:
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_examples_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags)
    assert (failed, tried > 8) == (0, True)


@pytest.mark.slow
def test_first_example_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", TEXT.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(code.replace("range(50)", "range(4), rounds=1"), "example", "exec"), names)
    assert isinstance(names["result"], Result)
    assert names["result"].ok


def test_every_option_of_measure_is_listed() -> None:
    options = [
        name
        for name, parameter in inspect.signature(bench.measure).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    assert set(re.findall(r"^\| `(\w+)` \|", section("bench.measure"), re.MULTILINE)) == set(options)


def test_every_public_member_of_a_result_is_documented() -> None:
    for cls in (Result, CaseResult):
        for name in vars(cls):
            if not name.startswith("_") and name != "of_folder":
                assert re.search(rf"`{name}\b", section("Results")), f"{cls.__name__}.{name}"
