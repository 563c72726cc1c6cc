"""Exports as Markdown and as this program's own JSON."""

import math
from pathlib import Path

import pytest

from bench.output.export.markdown_syntax import paragraphs
from bench.output.export.registry import Format
from tests.support.exporting import EVIL, exported, parsed
from tests.support.factory import asyncio, failure, pair

LOOP, HALF = [1.0, 1.1, 0.9, 1.0], [0.5, 0.56, 0.44, 0.5]


@pytest.mark.parametrize("to", Format)
@pytest.mark.parametrize("strange", [3, [3], {"a": 3}, "\n", None, True])
def test_an_unusual_environment_does_not_prevent_an_export(to: str, strange: object, tmp_path: Path) -> None:
    names = ("machine", "interpreters", "commit", "started_at", "label")
    assert exported(tmp_path, to, pair(LOOP, HALF), dict.fromkeys(names, strange)).text
    machine = dict.fromkeys(("cpu_model", "cores_logical", "system", "architecture"), strange)
    assert exported(tmp_path, to, pair(LOOP, HALF), {"machine": machine}).text


class TestMarkdown:
    def test_the_conclusion_stands_above_the_table_and_the_best_row_is_bold(self, tmp_path: Path) -> None:
        lines = exported(tmp_path, "markdown", pair(LOOP, HALF)).text.splitlines()
        conclusion = next(place for place, line in enumerate(lines) if line.startswith("Best: threading with 2 work"))
        assert lines[0] == "**Run a-run: 4 rounds**, 2 usable cores, Imaginary CPU \\@ 3.00GHz"
        assert lines.index("**work**") < conclusion < lines.index("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
        assert [line for line in lines if line.startswith("| **threading** | 2 | 500 ms | 2.00x ")]

    def test_a_case_that_is_not_ok_has_a_row_and_a_reason(self, tmp_path: Path) -> None:
        text = exported(tmp_path, "markdown", [*pair(LOOP, HALF), failure(**asyncio())]).text
        assert "| asyncio | 1 |  | error | 0/1 |  |  |" in text
        assert "\n- asyncio with 1 worker raised an error in 1 of 1 trial: ValueError: no luck (work.py:3)\n" in text

    def test_text_from_files_is_never_markup(self, tmp_path: Path) -> None:
        evil = EVIL.replace("\ud800", "")
        samples = [*pair(LOOP, HALF, workload=evil), failure(reason=evil, workload=evil, **asyncio())]
        text = exported(tmp_path, "markdown", samples, {"machine": {"cpu_model": evil}}).text
        assert all(char.isprintable() or char == "\n" for char in text)
        assert all(f"\\{char}" in text and f" {char}" not in text for char in "`<")
        assert {line.count(" | ") for line in text.splitlines() if line.startswith("| ")} == {6}

    def test_a_line_that_begins_with_a_dash_is_not_a_list(self) -> None:
        assert [*paragraphs(["- for speedup", "+ 1"])] == ["\\- for speedup", "", "\\+ 1", ""]


class TestJson:
    def test_it_contains_the_run_its_environment_and_the_cases(self, tmp_path: Path) -> None:
        whole = parsed(exported(tmp_path, "json", [*pair(LOOP, HALF), failure(**asyncio())]))
        assert (whole["run"], whole["environment"]["machine"]["cores_usable"]) == ("a-run", 2)
        assert [case["backend"] for case in whole["cases"]] == ["sequential", "asyncio", "threading"]
        assert {case["run"] for case in whole["cases"]} == {"a-run"}

    def test_what_json_cannot_express_is_null(self, tmp_path: Path) -> None:
        whole = parsed(exported(tmp_path, "json", pair(LOOP, HALF), {"a": [math.nan, {"b": math.inf}], "c": 1}))
        assert whole["environment"] == {"a": [None, {"b": None}], "c": 1}
